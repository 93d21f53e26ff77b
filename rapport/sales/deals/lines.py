"""What the lines of a deal mean for it: its amount follows them, and discounts that nobody approved hold it up."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.catalog.discounts import limits
from rapport.catalog.lines import values
from rapport.catalog.lines.changing import FIELD
from rapport.catalog.lines.field import Lines
from rapport.catalog.lines.values import DECLINED, WAITING
from rapport.core.access.visible import seen_among
from rapport.core.events.models import Act
from rapport.core.fields.money import Amount
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft
from rapport.sales.pipelines.models import OPEN, WON
from rapport.sales.pipelines.reading import StageInfo


def follow(actor: Actor, field: Lines, drafts: Sequence[Draft], *, goes_back: bool) -> None:
    """Before deals are saved: the amount follows the lines, and discounts above the limit wait. One query, and a few
    where lines are given or another company buys. What is taken back by Undo is put back as it was.
    """
    touched = [
        draft for draft in drafts
        if FIELD in draft.values or (not draft.is_new and ("amount" in draft.values or _changes_hands(draft)))
    ]  # fmt: skip
    if not touched:
        return
    stored = field.load_many([draft.instance.pk for draft in touched if not draft.is_new])
    for draft in touched:
        before = [] if draft.is_new else stored.get(draft.instance.pk, [])
        if FIELD not in draft.values:
            _check_amount(draft, before)
        if not goes_back:
            _settle(actor, draft, before)
        if FIELD not in draft.values:
            continue
        lines = draft.values[FIELD]
        draft.values["approval"] = values.state_of(lines)
        if (amount := amount_of(lines)) is not None:
            draft.values["amount"] = amount


def amount_of(lines: Sequence[values.Line]) -> Amount | None:
    """What a deal with these lines is worth: net, over all periods, optional ones left out. None without lines."""
    currency = values.currency_of(lines)
    return Amount(values.total(lines).net, currency) if currency else None


def hold_up(draft: Draft, stage: StageInfo) -> None:
    """Refuses to win a deal, or to take it to a stage that asks for its products, while discounts are not approved."""
    state = draft.values.get("approval", draft.instance.approval)
    if state in (WAITING, DECLINED) and (stage.kind == WON or FIELD in stage.required):
        said = {
            WAITING: _("A discount on this deal waits for approval. It can go to “%(stage)s” once that is given."),
            DECLINED: _("A discount on this deal was declined. Change it before the deal goes to “%(stage)s”."),
        }
        draft.refuse("stage", said[state] % {"stage": stage.name})


def hold_closed(draft: Draft) -> None:
    """Refuses another amount or other products on a deal that is closed and stays so: its discounts were settled when
    it was won. Undo is no way around it either.
    """
    if draft.is_new or draft.instance.status == OPEN or draft.values.get("status") == OPEN:
        return
    changed = {"amount"} & draft.values.keys()
    if FIELD in draft.values and _bare(draft.before[FIELD]) != _bare(draft.values[FIELD]):
        changed.add(FIELD)
    if changed:
        draft.refuse(min(changed), _("This deal is closed. Reopen it to change its amount or its products."))


def tell(actor: Actor, act: Act | None, drafts: Sequence[Draft]) -> None:
    """After deals are saved: those who approve discounts learn of new ones that wait."""
    for draft in drafts:
        if act is not None and FIELD in draft.values and draft.instance.approval == WAITING:
            pk, before = draft.instance.pk, draft.before.get(FIELD) or []
            limits.tell_of_waiting(actor, act, pk, before, draft.values[FIELD], f"/deals/{pk}/lines")


def terms(deal: Any) -> tuple[int | None, str]:
    """By what prices are found for a deal: its company and its currency."""
    return deal.company_id, deal.amount_currency


def _bare(lines: Sequence[values.Line]) -> list[values.Line]:
    """Lines without the number of their product, which is another one when products are merged."""
    return [{**line, "product": None} for line in lines]


def _changes_hands(draft: Draft) -> bool:
    """Whether another company buys: what is usual for it may be more."""
    return "company" in draft.values and draft.values["company"] != draft.instance.company_id


def _settle(actor: Actor, draft: Draft, before: Sequence[values.Line]) -> None:
    """Gives the lines their approval; those of a deal that only changes hands are touched where one has to wait now."""
    if FIELD not in draft.values and not _changes_hands(draft):
        return
    earlier = draft.instance.company_id
    company = draft.values.get("company", earlier)
    after = draft.values.get(FIELD, before)
    settled = limits.settle(actor, before, after, company, company if draft.is_new else earlier)
    if FIELD in draft.values or settled != list(before):
        draft.values[FIELD] = settled
        _check_products(actor, draft, before)


def _check_amount(draft: Draft, before: Sequence[values.Line]) -> None:
    if "amount" in draft.values and (amount := amount_of(before)) is not None and draft.values["amount"] != amount:
        draft.refuse("amount", _("The amount is the sum of this deal’s products. Change it there."))


def _check_products(actor: Actor, draft: Draft, before: Sequence[values.Line]) -> None:
    known = {line["product"] for line in before}
    new = {line["product"] for line in draft.values[FIELD] if line["product"]} - known
    if new and new - set(seen_among(actor, registry.get("product"), new).values_list("pk", flat=True)):
        draft.refuse(FIELD, _("There is no such product, or you may not see it."))
