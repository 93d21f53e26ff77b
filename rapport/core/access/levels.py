"""Levels: how far a role's right to do something with a kind of object reaches."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed
from rapport.core.fields import Field, Locale
from rapport.core.formulas.program import Computed
from rapport.core.objects import registry
from rapport.lib.wording import inside

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

ACTION_WORDS = {
    "view": _("View"),
    "create": _("Create"),
    "edit": _("Edit"),
    "trash": _("Trash"),
    "export": _("Export"),
    "import": _("Import"),
}
ACTIONS = tuple(ACTION_WORDS)


class Level(IntEnum):
    """Nothing; what I own; what my team owns; what my team and those below own; everything.

    Whatever was shared with me or my team counts from ``OWN`` on.
    """

    NONE = 0
    OWN = 1
    TEAM = 2
    TEAM_BELOW = 3
    ALL = 4


LEVEL_WORDS = {
    Level.NONE: _("nothing"),
    Level.OWN: _("own"),
    Level.TEAM: _("team"),
    Level.TEAM_BELOW: _("team and below"),
    Level.ALL: _("everything"),
}


def level_of(actor: Actor, kind: str, action: str) -> Level:
    """How far ``actor`` may ``action`` records of ``kind``. Nothing reaches further than viewing does."""
    if actor.all_rights:
        return Level.ALL
    if actor.role is None:
        return Level.NONE
    return level_in(actor.role.levels, kind, action)


def level_in(levels: Mapping[str, Mapping[str, str]], kind: str, action: str) -> Level:
    """The same, for the levels of a role."""
    rights = levels.get(kind, levels.get("*", {}))
    level = Level[str(rights.get(action, "none")).upper()]
    return level if action == "view" else min(level, Level[str(rights.get("view", "none")).upper()])


def demand(actor: Actor, spec: "ObjectSpec", action: str) -> None:
    """NotAllowed unless the actor may do it with at least some records of this kind."""
    if level_of(actor, spec.key, action) is Level.NONE:
        sentence = str(_("Your role does not allow this: %(action)s, %(plural)s."))
        raise NotAllowed(sentence % {"action": inside(ACTION_WORDS[action]), "plural": inside(spec.plural)})


def field_rule(actor: Actor, kind: str, key: str) -> str:
    """``hidden``, ``read_only`` or an empty text for one field."""
    if actor.all_rights or actor.role is None:
        return ""
    return str(actor.role.field_rules.get(kind, {}).get(key, ""))


def readable_fields(actor: Actor, spec: "ObjectSpec") -> dict[str, Field]:
    """The fields the actor may see, by key. For everybody else's eyes the hidden ones do not exist."""
    return {
        key: field
        for key, field in spec.by_key.items()
        if field_rule(actor, spec.key, key) != "hidden"
        and not (isinstance(field, Computed) and tells_of_hidden(actor, field))
    }


def tells_of_hidden(actor: Actor, field: Computed) -> bool:
    """Whether a formula would tell the actor of values or records that they may not see (docs/decisions/0037)."""
    if actor.all_rights:
        return False
    return any(field_rule(actor, kind, key) == "hidden" for kind, key in field.uses) or not all(
        views_all(actor, kind) for kind in field.looks_at
    )


def views_all(actor: Actor, kind: str) -> bool:
    """Whether the actor certainly views every record of a kind. One that lies with others is seen by who sees those,
    so it takes all of every kind then.
    """
    if actor.all_rights:
        return True
    spec = registry.find(kind)
    if spec is None or actor.role is None or actor.role.filters:
        return False
    kinds = [kind] if spec.parents is None else [one.key for one in registry.every()]
    return all(level_of(actor, one, "view") is Level.ALL for one in kinds)


def hides_title(actor: Actor, spec: "ObjectSpec") -> bool:
    """Whether titles of this kind are made of words that the actor may not see."""
    return any(field_rule(actor, spec.key, key) == "hidden" for key in spec.titled_by)


def called(actor: Actor, spec: "ObjectSpec", title: str) -> str:
    """What a record with this title is called to the actor: “Note”, where the title holds what is hidden from them."""
    return str(spec.label) if hides_title(actor, spec) else title


def all_called(actor: Actor, spec: "ObjectSpec", titles: Iterable[tuple[int, str]]) -> dict[int, str]:
    """As :func:`called`, for ids of one kind with their titles."""
    return {pk: called(actor, spec, title) for pk, title in titles} if spec.titled_by else dict(titles)


def writable_fields(actor: Actor, spec: "ObjectSpec") -> dict[str, Field]:
    """The fields the actor may change, by key."""
    return {
        key: field for key, field in spec.by_key.items() if not field.read_only and not field_rule(actor, spec.key, key)
    }


def locale_of(actor: Actor) -> Locale:
    """How the actor reads and writes values in this workspace."""
    house = workspace.current()
    return Locale(
        language=actor.language,
        time_zone=actor.time_zone,
        country=house.country,
        currency=house.currency,
        user_id=actor.user_id,
        team_id=actor.team_id,
    )
