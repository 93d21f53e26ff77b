"""Verbs of deals: move, win, lose, reopen. Each is an ordinary save, so every door obeys the same rules."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record, seen_among
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.core.records import rows
from rapport.lib import clock
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, OPEN, WON


def move_deal(
    actor: Actor,
    deal_id: int,
    stage: str,
    *,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
    act: Act | None = None,
) -> Deal:
    """Takes a deal to another stage (its key), with what that stage asks for in ``values``. Emits ``deal.moved``.

    Invalid with a sentence for each field that is missing; Conflict as in :func:`saving.update`.
    """
    if stage not in reading.current().stages:
        raise Invalid({"stage": [_("There is no such stage.")]})
    moved: Deal = saving.update(
        actor, registry.get("deal"), deal_id, {**(values or {}), "stage": stage}, version=version, act=act
    )
    return moved


def win_deal(actor: Actor, deal_id: int, *, values: Mapping[str, Any] | None = None, act: Act | None = None) -> Deal:
    """The customer buys. ``values`` may say ``closed_on``, ``amount`` and ``outcome_note``. Emits ``deal.won``."""
    return _end(actor, deal_id, WON, values, act)


def lose_deal(
    actor: Actor, deal_id: int, *, reason: str, values: Mapping[str, Any] | None = None, act: Act | None = None
) -> Deal:
    """The customer does not buy, for a reason (key of an option). Emits ``deal.lost``."""
    return _end(actor, deal_id, LOST, {**(values or {}), "lost_reason": reason}, act)


def reopen_deal(actor: Actor, deal_id: int, *, stage: str = "", act: Act | None = None) -> Deal:
    """It is open again, in ``stage`` or where it stood before it was closed. Emits ``deal.reopened``."""
    deal: Deal = get_record(actor, registry.get("deal"), deal_id, "edit")
    if deal.status == OPEN:
        raise Conflict(_("This deal is open already."))
    pipeline = reading.current().by_key[deal.pipeline]
    last = deal.stage_changes.filter(after=deal.stage).order_by("-at").values_list("before", flat=True).first()
    known = {one.key for one in pipeline.open}
    return move_deal(actor, deal_id, stage or (last if last in known else pipeline.first.key), act=act)


def place_deal(actor: Actor, deal_id: int, above: int | None) -> None:
    """Puts the card of a deal right below that of the deal ``above`` in the same stage, None: on top. The order of
    cards is for the eye: no event tells of it. NotFound and NotAllowed as for any change; NotFound for an ``above``
    that stands elsewhere.
    """
    with transaction.atomic():
        deal: Deal = get_record(actor, registry.get("deal"), deal_id, "edit")
        others = Deal.objects.filter(live=True, stage=deal.stage).exclude(pk=deal_id).order_by("place", "record")
        if above is None:
            first = others.values_list("place", flat=True).first()
            place = (deal.place if first is None else first) - 1
        else:
            seen = seen_among(actor, registry.get("deal"), [above]).values("pk")
            over = others.filter(pk=above, pk__in=seen).values_list("place", flat=True).first()
            if over is None:
                raise NotFound(_("The card above has moved meanwhile. Load the page again."))
            place = _between(others, over, above)
        Deal.objects.filter(pk=deal_id).update(place=place, updated_at=clock.now())


def _between(others: QuerySet[Deal], over: float, above: int) -> float:
    """A place behind that of ``above``, and before the next; where there is no room left, all cards are spread anew."""
    follows = others.filter(Q(place__gt=over) | Q(place=over, pk__gt=above)).values_list("place", flat=True).first()
    if follows is None:
        return over + 1
    middle = (over + follows) / 2
    if over < middle < follows:
        return middle
    first, ids = over, list(others.values_list("pk", flat=True))
    start = first - len(ids)
    spread = {pk: start + 2 * number for number, pk in enumerate(ids)}
    rows.update(Deal, ("place",), [(place, pk) for pk, place in sorted(spread.items())], where=("record_id",))
    return spread[above] + 1


def _end(actor: Actor, deal_id: int, kind: str, values: Mapping[str, Any] | None, act: Act | None) -> Deal:
    deal: Deal = get_record(actor, registry.get("deal"), deal_id, "edit")
    if deal.status != OPEN:
        raise Conflict(_("This deal is closed already. Reopen it first."))
    stage = reading.current().by_key[deal.pipeline].ending(kind)
    return move_deal(actor, deal_id, stage.key, values=values, act=act)
