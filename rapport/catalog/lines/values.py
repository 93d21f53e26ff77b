"""A line as a value: plain JSON, checked and in one form, and what is reckoned from it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from rapport.lib import reckoning
from rapport.lib.money import CURRENCIES
from rapport.lib.reckoning import MONTHLY, ONCE, YEARLY, Item, Total
from rapport.lib.text import clean_block, clean_line

Line = dict[str, Any]
MOST_LINES = 500
MOST_PERIODS = 600
_MOST_AMOUNT = 10**15  # smallest units, of a price
_MOST_TOTAL = 10**17
RHYTHMS = (ONCE, MONTHLY, YEARLY)
WAITING, APPROVED, DECLINED = "waiting", "approved", "declined"
APPROVALS = ("", WAITING, APPROVED, DECLINED)


def clean(given: Any) -> list[Line]:
    """Lines as they are stored: each with a number of its own, in their order. ValueError with a sentence."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, Mapping) for one in given):
        raise ValueError(_("lines are a list of objects."))
    if len(given) > MOST_LINES:
        raise ValueError(_("at most %(most)s lines are possible.") % {"most": MOST_LINES})
    taken: set[int] = set()
    lines = []
    for place, one in enumerate(given, 1):
        number = one.get("id")
        is_free = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**9
        if not is_free or number in taken:
            known = [one.get("id") for one in given if isinstance(one.get("id"), int)]
            number = max((pk for pk in (*taken, *known) if 0 < pk < 10**9), default=0) + 1
        taken.add(number)
        try:
            lines.append(_line(one, number))
        except ValueError as error:
            raise ValueError(_("Line %(number)s: %(problem)s") % {"number": place, "problem": error}) from error
    if len({line["currency"] for line in lines if not line["heading"]}) > 1:
        raise ValueError(_("All lines are in one currency."))
    if abs(total(lines).gross) >= _MOST_TOTAL:
        raise ValueError(_("Together this amount is too large."))
    return lines


def item(line: Mapping[str, Any]) -> Item:
    """What is reckoned with."""
    return Item(
        Decimal(line["quantity"]), line["price"], Decimal(line["discount"]), line["off"], Decimal(line["tax"]),
        line["cost"], line["recurring"], line["periods"], line["optional"],
    )  # fmt: skip


def total(lines: Iterable[Mapping[str, Any]]) -> Total:
    """What the lines come to, headings left out."""
    return reckoning.add_up(item(line) for line in lines if not line["heading"])


def currency_of(lines: Iterable[Mapping[str, Any]]) -> str:
    """The one currency of the lines; empty where there are only headings."""
    return next((line["currency"] for line in lines if not line["heading"]), "")


def state_of(lines: Iterable[Mapping[str, Any]]) -> str:
    """How discounts stand, all lines together: declined before waiting before approved; empty where none was asked."""
    found = {line["approval"] for line in lines}
    return next((state for state in (DECLINED, WAITING, APPROVED) if state in found), "")


def blank(currency: str) -> Line:
    """A line with nothing in it yet."""
    return {
        "id": 0, "product": None, "heading": False, "title": "", "note": "", "quantity": "1", "unit": "", "price": 0,
        "currency": currency, "discount": "0", "off": 0, "tax": "0", "recurring": ONCE, "periods": 1, "cost": None,
        "optional": False, "why": {}, "approval": "", "approval_of": {},
    }  # fmt: skip


def quantity_of(line: Mapping[str, Any]) -> Decimal:
    """The quantity of a line that is not checked yet; 0 where it is no number, which is said when it is saved."""
    try:
        quantity = Decimal(str(line["quantity"]))
    except InvalidOperation:
        return Decimal(0)
    return quantity if quantity.is_finite() and abs(quantity) <= 10**9 else Decimal(0)


def plain(number: Decimal) -> str:
    """A number as lines keep it: “2.5”, “100”."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _line(given: Mapping[str, Any], number: int) -> Line:
    line: Line = {**blank(""), "id": number}
    line["title"] = clean_line(str(given.get("title") or ""), 300)
    line["heading"] = bool(given.get("heading"))
    if not line["title"]:
        raise ValueError(_("say what it is."))
    if line["heading"]:
        return line
    line["product"] = int(given["product"]) if given.get("product") else None
    line["note"] = clean_block(str(given.get("note") or ""), 5000)
    line["unit"] = clean_line(str(given.get("unit") or ""), 30)
    line["quantity"] = _number(given.get("quantity", "1"), 4, -(10**9), 10**9, _("the quantity"))
    line["discount"] = _number(given.get("discount") or "0", 2, 0, 100, _("the discount in percent"))
    line["tax"] = _number(given.get("tax") or "0", 2, -999, 999, _("the tax in percent"))
    for key, words in (("price", _("the price")), ("off", _("the discount")), ("cost", _("the cost"))):
        if given.get(key) is not None:
            line[key] = _amount(given[key], words)
    line["currency"] = str(given.get("currency") or "")
    if line["currency"] not in CURRENCIES:
        raise ValueError(_("“%(currency)s” is not a currency.") % {"currency": line["currency"]})
    line["recurring"] = given.get("recurring") if given.get("recurring") in RHYTHMS else ONCE
    periods = given.get("periods") or 1
    if not isinstance(periods, int) or not 1 <= periods <= MOST_PERIODS:
        raise ValueError(_("it comes 1 to %(most)s times.") % {"most": MOST_PERIODS})
    line["periods"] = 1 if line["recurring"] == ONCE else periods
    line["optional"] = bool(given.get("optional"))
    line["why"] = {key: str(one)[:300] for key, one in dict(given.get("why") or {}).items() if key in _WHY}
    line["approval"] = given.get("approval") if given.get("approval") in APPROVALS else ""
    line["approval_of"] = {key: one for key, one in dict(given.get("approval_of") or {}).items() if key in _ASKED}
    return line


_WHY = ("kind", "list", "from")
_ASKED = ("by", "decided_by", "reason", "percent")


def _number(given: Any, places: int, least: int, most: int, words: str) -> str:
    try:
        number = Decimal(str(given))
    except InvalidOperation as error:
        raise ValueError(_("%(what)s is not a number.") % {"what": words}) from error
    if not number.is_finite() or not least <= number <= most:
        limits = {"what": words, "least": least, "most": most}
        raise ValueError(_("%(what)s lies between %(least)s and %(most)s.") % limits)
    exact = number.quantize(Decimal(1).scaleb(-places))
    if exact != number:
        raise ValueError(_("%(what)s has too many decimal places.") % {"what": words})
    return plain(exact + 0)


def _amount(given: Any, words: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise ValueError(_("%(what)s is a whole number of smallest units.") % {"what": words})
    if abs(given) >= _MOST_AMOUNT:
        raise ValueError(_("%(what)s is too large.") % {"what": words})
    return given
