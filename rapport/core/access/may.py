"""What an actor may do with a record that is at hand, decided without asking the database where that is possible.

Agrees with :func:`rapport.core.access.visible.visible_to`: owner and team are compared here, what was shared costs one
small query; where parents or a filter of the role decide, ``visible_to`` itself is asked.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, called, level_of
from rapport.core.access.models import Share, in_force
from rapport.core.access.visible import not_found, role_filter, teams_within, visible_to
from rapport.core.records.aliases import current
from rapport.lib.prepared import Prepared, hole

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


# By which somebody may do something with a record: what their role reaches, or a share, or (with activities) a record
# that it is about.
RULES = ("administrator", "all", "own", "team", "team_below", "shared", "related")


class Standing:
    """What ``actor`` may do with ``instance``, live or in the trash."""

    def __init__(self, actor: Actor, spec: "ObjectSpec", instance: Any) -> None:
        self.actor, self.spec, self.instance = actor, spec, instance

    def may(self, action: str) -> bool:
        """True if the actor may ``action`` the record."""
        level = level_of(self.actor, self.spec.key, action)
        if level is Level.NONE:
            return False
        if not self._own_columns_decide:
            rows = visible_to(self.actor, self.spec, action, live=self.instance.live)
            return rows.filter(pk=self.instance.pk).exists()
        return bool(self._by_columns(action, level))

    def rule(self, action: str) -> str:
        """By which rule the actor may: one of :data:`RULES`, or an empty text where by none."""
        if not self.may(action):
            return ""
        if self.actor.all_rights:
            return "administrator"
        if self.spec.parents is not None:
            return "own" if self._is_own else "related"
        return self._by_columns(action, level_of(self.actor, self.spec.key, action))

    def _by_columns(self, action: str, level: Level) -> str:
        """The rule that owner, team and shares fulfil."""
        if level is Level.ALL:
            return "all"
        if self._is_own:
            return "own"
        team = self.instance.team_id
        if team is not None and team in teams_within(self.actor, level):
            return "team" if team == self.actor.team_id else "team_below"
        return "shared" if action in self._shared_for else ""

    @property
    def _is_own(self) -> bool:
        return bool(self.actor.user_id and self.instance.owner_id == self.actor.user_id)

    @cached_property
    def _own_columns_decide(self) -> bool:
        return self.spec.parents is None and not role_filter(self.actor, self.spec)

    @cached_property
    def _shared_for(self) -> tuple[str, ...]:
        """The actions for which the record was shared with the actor."""
        can_edit = _SHARED(record=self.instance.pk, user=self.actor.user_id or 0, team=self.actor.team_id or 0)
        if not can_edit:
            return ()
        return ("view", "create", "edit", "trash", "export", "import") if any(can_edit) else ("view",)


_SHARED = Prepared(
    lambda: Share.objects.filter(
        in_force(), Q(user_id=hole("user")) | Q(team_id=hole("team")), record_id=hole("record")
    ).values_list("can_edit", flat=True)
)


def allowed(actor: Actor, spec: "ObjectSpec", instance: Any, actions: Iterable[str]) -> set[str]:
    """Those of ``actions`` that the actor may do with this record."""
    standing = Standing(actor, spec, instance)
    return {action for action in actions if standing.may(action)}


def find_record(actor: Actor, spec: "ObjectSpec", record_id: int) -> Any:
    """The record with this id, live or in the trash, with the title that the actor may see; NotFound if they may not
    see it, or if it was merged away.
    """
    found = row_of(spec, record_id)
    if found is not None and not found.live and current(record_id) != record_id:
        raise not_found(spec)
    if found is None or not Standing(actor, spec, found).may("view"):
        raise not_found(spec)
    found.title = called(actor, spec, found.title)
    return found


def row_of(spec: "ObjectSpec", record_id: int) -> Any:
    """The row of a record, whoever may see it; None if there is none."""
    return next(iter(_by_id(spec.model)(id=record_id)), None)


@lru_cache(maxsize=64)
def _by_id(model: Any) -> Prepared:
    return Prepared(lambda: model._default_manager.filter(pk=hole("id")))
