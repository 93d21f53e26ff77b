"""Giving somebody sight of one record, and taking it back. Both stand in the record's history."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.models import Share, in_force
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole
from rapport.lib.relative_dates import day_bounds


@dataclass(frozen=True)
class Offer:
    """With whom a record shall be shared (``user:<id>`` or ``team:<id>``), and how far.

    ``until`` is the last day, on the clocks of the one who shares; None: it does not end.
    """

    target: str
    can_edit: bool = False
    until: datetime.date | None = None


def share(actor: Actor, spec: ObjectSpec, record_id: int, offer: Offer) -> Share:
    """Shares a record that the actor may edit; an offer to the same user or team takes the place of the one before.

    Emits ``<kind>.shared``.
    """
    kind, _colon, number = offer.target.partition(":")
    found = _found(kind, number)
    if found is None:
        raise Invalid({"with": [_("Choose a user or a team.")]})
    if offer.until is not None and offer.until < clock.today(actor.time_zone):
        raise Invalid({"until": [_("This day is over. Choose today or a later one.")]})
    until = day_bounds(offer.until, actor.time_zone)[1] if offer.until else None
    with acting(actor, f"{spec.key}.share", label=str(found)) as act:
        get_record(actor, spec, record_id, "edit")
        given: dict[str, Any] = {"record_id": record_id, f"{kind}_id": found.pk}
        values = {"can_edit": offer.can_edit, "until": until, "by_id": actor.user_id, "at": clock.now()}
        made, _new = Share.objects.update_or_create(**given, defaults=values)
        told: dict[str, Any] = {"with": offer.target, "edit": offer.can_edit}
        if offer.until:
            told["until"] = offer.until.isoformat()
        emit(actor, act, [Fact(f"{spec.key}.shared", record_id, data=told)])
    return made


def _found(kind: str, number: str) -> User | Team | None:
    model: Any = {"user": User, "team": Team}.get(kind)
    if model is None or not (number.isdecimal() and len(number) <= 18):
        return None
    found: User | Team | None = model._default_manager.filter(pk=int(number)).first()
    return found


def unshare(actor: Actor, spec: ObjectSpec, record_id: int, share_id: int) -> None:
    """Takes a share back. Emits ``<kind>.unshared``."""
    with acting(actor, f"{spec.key}.unshare") as act:
        get_record(actor, spec, record_id, "edit")
        found = Share.objects.filter(pk=share_id, record_id=record_id).first()
        if found is None:
            raise Invalid({"with": [_("This is not shared any more.")]})
        target = f"user:{found.user_id}" if found.user_id else f"team:{found.team_id}"
        found.delete()
        emit(actor, act, [Fact(f"{spec.key}.unshared", record_id, data={"with": target})])


def shares_of(record_id: int) -> "QuerySet[Share]":
    """Who has been given sight of a record, also where that has ended."""
    return Share.objects.filter(record_id=record_id).select_related("user", "team", "by").order_by("pk")


def shared_with(record_id: int) -> list[str]:
    """The names of the users and teams with whom a record is shared at this moment."""
    return [str(user or team) for user, team in _NAMES(record=record_id)]


_NAMES = Prepared(
    lambda: (
        Share.objects.filter(in_force(), record_id=hole("record"))
        .order_by("pk")
        .values_list("user__name", "team__name")
    )
)
