"""Verbs of lines: add, change, move, remove, decide on discounts. Each is an ordinary save of the record."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.catalog.discounts.limits import RIGHT
from rapport.catalog.lines import values
from rapport.catalog.lines.values import APPROVED, DECLINED, WAITING, Line
from rapport.catalog.prices.finding import list_for, price_of
from rapport.catalog.prices.models import PriceList
from rapport.catalog.products.models import Product
from rapport.core.access.special import demand_right
from rapport.core.access.visible import get_record
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act
from rapport.core.notices.telling import tell
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.locking import locked
from rapport.lib import clock

FIELD = "lines"


@dataclass(frozen=True)
class Terms:
    """What prices on a record depend on: whose it is, in which currency (empty: what the price list says), the day."""

    company_id: int | None
    currency: str
    on: datetime.date


_terms: dict[str, Callable[[Any], tuple[int | None, str]]] = {}


def carry_lines(kind: str, terms: Callable[[Any], tuple[int | None, str]]) -> None:
    """Makes a kind one that has lines, in its field ``lines``; ``terms(record)`` gives company and currency."""
    _terms[kind] = terms


def stored_lines(spec: ObjectSpec, record_id: int) -> list[Line]:
    """The lines of a record as they are stored."""
    found: list[Line] = spec.by_key[FIELD].load_many([record_id]).get(record_id, [])  # type: ignore[attr-defined]
    return found


def terms_of(actor: Actor, spec: ObjectSpec, record: Any, lines: list[Line]) -> tuple[Terms, PriceList | None]:
    """By what prices are found for a record, and its price list. The currency of its lines stays what it is."""
    company_id, currency = _terms[spec.key](record)
    on = clock.today(actor.time_zone)
    price_list = list_for(company_id, on)
    usual = price_list.currency if price_list else ""
    return Terms(
        company_id, values.currency_of(lines) or currency or usual or workspace.current().currency, on
    ), price_list


def add_line(
    actor: Actor, spec: ObjectSpec, record_id: int, given: Mapping[str, Any], *, act: Act | None = None
) -> Any:
    """Adds a line at the end: a ``product`` (id) with what is known of it, or a ``title``, or a ``heading``.

    What ``given`` says wins. Emits ``<kind>.updated``.
    """

    def change(lines: list[Line], terms: Terms, price_list: PriceList | None) -> list[Line]:
        line = {**values.blank(terms.currency), **_of_product(actor, given, terms, price_list), **given}
        return [*lines, {**line, "id": None}]

    return _change(actor, spec, record_id, change, act)


def change_line(
    actor: Actor, spec: ObjectSpec, record_id: int, number: int, given: Mapping[str, Any], *, act: Act | None = None
) -> Any:
    """Changes a line. A price entered by hand stays; one that was found follows the quantity."""

    def change(lines: list[Line], terms: Terms, price_list: PriceList | None) -> list[Line]:
        old = _line(lines, number)
        new = {**old, **given}
        if given.get("price", old["price"]) != old["price"]:
            new["why"] = {}
        elif old["why"] and new["quantity"] != old["quantity"]:
            found = _found(new, terms, price_list)
            new |= {"price": found["price"], "why": found["why"]} if found["why"] else {}
        return [new if line["id"] == number else line for line in lines]

    return _change(actor, spec, record_id, change, act)


def ask_price_again(actor: Actor, spec: ObjectSpec, record_id: int, number: int) -> Any:
    """Gives a line the price that its product has now, instead of one that was entered."""

    def change(lines: list[Line], terms: Terms, price_list: PriceList | None) -> list[Line]:
        old = _line(lines, number)
        found = _found(old, terms, price_list)
        if not found["why"]:
            said = _("“%(name)s” has no price in %(currency)s.")
            raise Conflict(said % {"name": old["title"], "currency": terms.currency})
        return [{**line, **found} if line["id"] == number else line for line in lines]

    return _change(actor, spec, record_id, change, None)


def move_line(actor: Actor, spec: ObjectSpec, record_id: int, number: int, place: int) -> Any:
    """Puts a line at another place, counted from 0."""

    def change(lines: list[Line], _terms: Terms, _list: PriceList | None) -> list[Line]:
        moved, others = _line(lines, number), [line for line in lines if line["id"] != number]
        return [*others[: max(place, 0)], moved, *others[max(place, 0) :]]

    return _change(actor, spec, record_id, change, None)


def remove_line(actor: Actor, spec: ObjectSpec, record_id: int, number: int) -> Any:
    """Takes a line off."""

    def change(lines: list[Line], _terms: Terms, _list: PriceList | None) -> list[Line]:
        _line(lines, number)
        return [line for line in lines if line["id"] != number]

    return _change(actor, spec, record_id, change, None)


def decide_discounts(
    actor: Actor, spec: ObjectSpec, record_id: int, *, version: int, approve: bool, reason: str = ""
) -> Any:
    """Approves or declines all discounts that wait on a record. Who asked is told. A refusal needs a reason.

    ``version`` is the one of the record that the actor looked at: Conflict if there is a newer one.
    Emits ``<kind>.updated``, and ``<kind>.discount_approved`` or ``<kind>.discount_declined``.
    """
    demand_right(actor, RIGHT)
    get_record(actor, spec, record_id, "edit")
    reason = reason.strip()[:500]
    if not approve and not reason:
        raise Invalid({"reason": [_("Say why: who asked is told.")]})
    asked: set[int] = set()

    def change(lines: list[Line], _terms: Terms, _list: PriceList | None) -> list[Line]:
        if not any(line["approval"] == WAITING for line in lines):
            raise Conflict(_("No discount waits for approval any more."))
        return [decided(line) if line["approval"] == WAITING else line for line in lines]

    def decided(line: Line) -> Line:
        if line["approval_of"].get("by"):
            asked.add(line["approval_of"]["by"])
        said = {**line["approval_of"], "decided_by": actor.user_id, "reason": reason}
        return {**line, "approval": APPROVED if approve else DECLINED, "approval_of": said}

    word = "discount_approved" if approve else "discount_declined"
    with acting(actor, f"{spec.key}.{word}") as act:
        record = _change(actor, spec, record_id, change, act, version)
        emit(actor, act, [Fact(f"{spec.key}.{word}", record_id, data={"name": reason})])
        tell(asked, word, record_id=record_id, by_id=actor.user_id, text=reason, once=f"decided:{record_id}:{act.pk}")
    return record


# -------------------------------------------------------------------- pieces
def _change(
    actor: Actor,
    spec: ObjectSpec,
    record_id: int,
    change: Callable[[list[Line], Terms, PriceList | None], list[Line]],
    act: Act | None,
    version: int | None = None,
) -> Any:
    """Changes the lines as they are at this moment, whatever a page showed: of two who add at once both count. With a
    ``version`` only if the record still is that one.
    """
    get_record(actor, spec, record_id, "edit")
    with acting(actor, f"{spec.key}.update", act=act) as mine:
        record = locked(spec.model._default_manager.filter(pk=record_id)).get()
        lines = stored_lines(spec, record_id)
        terms, price_list = terms_of(actor, spec, record, lines)
        return saving.update(
            actor, spec, record_id, {FIELD: change(lines, terms, price_list)}, version=version, act=mine
        )


def _line(lines: list[Line], number: int) -> Line:
    found = next((line for line in lines if line["id"] == number), None)
    if found is None:
        raise NotFound(_("This line is no longer there."))
    return found


def _of_product(actor: Actor, given: Mapping[str, Any], terms: Terms, price_list: PriceList | None) -> dict[str, Any]:
    """What a line takes over from its product. Invalid for one that is not to be seen or not offered any more."""
    if not given.get("product"):
        return {}
    product: Product = get_record(actor, registry.get("product"), given["product"])
    if not product.active:
        raise Invalid({"product": [_("“%(name)s” is not offered any more.") % {"name": product.title}]})
    tax = product.tax_rate
    if tax is None and product.parent is not None:
        tax = product.parent.tax_rate
    line = {
        "title": product.title, "note": product.description[:5000], "unit": product.unit,
        "tax": values.plain(tax or Decimal(0)), "recurring": product.recurring,
        "periods": 12 if product.recurring == values.MONTHLY else 1,
    }  # fmt: skip
    for one in filter(None, (product, product.parent)):
        if one.cost_minor is not None and one.cost_currency == terms.currency:
            line["cost"] = one.cost_minor
            break
    wanted = {"product": product.pk, "quantity": str(given.get("quantity", "1"))}
    return {**line, **_found(wanted, terms, price_list)}


def _found(line: Mapping[str, Any], terms: Terms, price_list: PriceList | None) -> dict[str, Any]:
    """The price of a line's product at its quantity, and why; the price 0 and no reason where there is none."""
    product = Product.objects.select_related("parent").filter(pk=line["product"] or 0).first()
    if product is None:
        return {"price": 0, "why": {}}
    quantity = values.quantity_of(line)
    found = price_of(product, quantity, terms.currency, terms.on, price_list)
    return {"price": found.minor or 0, "why": dict(found.why) if found.minor is not None else {}}
