"""Who sees one record, and by which rule: what :class:`Standing` says for everybody who works here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.levels import field_rule
from rapport.core.access.may import Standing
from rapport.core.access.models import Share, in_force
from rapport.core.access.special import demand_right, may_right

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

PAGE = 50  # users


@dataclass(frozen=True)
class Sight:
    """What one user may do with the record: the rules by which they view and edit it (``may.RULES``, "" for none).

    ``share`` is the one that a rule “shared” means; ``hidden`` are the labels of the fields that their role hides.
    """

    user: User
    view: str
    edit: str
    share: Share | None
    hidden: tuple[str, ...]


def may_explain(actor: Actor, spec: "ObjectSpec", instance: Any) -> bool:
    """Whether the actor may know who sees a record: whoever could share it, and who manages users."""
    return may_right(actor, "users") or Standing(actor, spec, instance).may("edit")


def demand_explain(actor: Actor, spec: "ObjectSpec", instance: Any) -> None:
    """NotAllowed unless :func:`may_explain`."""
    if not may_explain(actor, spec, instance):
        demand_right(actor, "users")


def who_sees(spec: "ObjectSpec", instance: Any, *, after: int = 0, size: int = PAGE) -> list[Sight]:
    """The active users by name, behind the one whose id is ``after``, each with the rules that hold for them.

    Fewer than ``size``: there are no more. Some queries for each user.
    """
    rows = User.objects.filter(is_active=True).select_related("role", "team")
    edge = User.objects.filter(pk=after).values_list("name", flat=True).first()
    if edge is not None:
        rows = rows.filter(Q(name__gt=edge) | Q(name=edge, pk__gt=after))
    shares = list(Share.objects.filter(in_force(), record=instance.pk).select_related("by"))
    return [_sight(spec, instance, user, shares) for user in rows.order_by("name", "pk")[:size]]


def _sight(spec: "ObjectSpec", instance: Any, user: User, shares: Sequence[Share]) -> Sight:
    actor = Actor.of(user)
    standing = Standing(actor, spec, instance)
    view = standing.rule("view")
    theirs = [one for one in shares if one.user_id == user.pk or (one.team_id and one.team_id == user.team_id)]
    theirs.sort(key=lambda one: not one.can_edit)  # the one that reaches furthest
    hidden = [str(field.label) for key, field in spec.by_key.items() if field_rule(actor, spec.key, key) == "hidden"]
    return Sight(
        user=user,
        view=view,
        edit=standing.rule("edit") if view else "",
        share=theirs[0] if theirs else None,
        hidden=tuple(hidden) if view else (),
    )
