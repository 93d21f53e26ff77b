"""Verbs of deals: move, win, lose, reopen. Each is an ordinary save, so every door obeys the same rules."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
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


def _end(actor: Actor, deal_id: int, kind: str, values: Mapping[str, Any] | None, act: Act | None) -> Deal:
    deal: Deal = get_record(actor, registry.get("deal"), deal_id, "edit")
    if deal.status != OPEN:
        raise Conflict(_("This deal is closed already. Reopen it first."))
    stage = reading.current().by_key[deal.pipeline].ending(kind)
    return move_deal(actor, deal_id, stage.key, values=values, act=act)
