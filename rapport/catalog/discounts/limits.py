"""Who may give how much discount by themselves, and which lines wait for somebody who may give more."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User
from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines import values
from rapport.catalog.lines.values import APPROVED, DECLINED, WAITING, Line
from rapport.catalog.prices.finding import list_for, price_of
from rapport.catalog.prices.models import PriceList
from rapport.catalog.products.models import Product
from rapport.core.access.special import may_right
from rapport.core.events.models import Act
from rapport.core.money_rates.adding import all_rates
from rapport.core.notices.telling import tell
from rapport.lib import clock
from rapport.lib.money import digits
from rapport.lib.reckoning import MONTHLY, YEARLY

RIGHT = "discounts"
_FREE: dict[str, Any] = {"approval": "", "approval_of": {}}
_ENDLESS = Decimal("Infinity")


def limit_of(actor: Actor) -> Decimal | None:
    """The most that the actor may take off, in percent; None without a limit."""
    if may_right(actor, RIGHT) or actor.role is None:
        return None
    return DiscountLimit.objects.filter(role=actor.role.pk).values_list("percent", flat=True).first()


@dataclass(frozen=True)
class Given:
    """What a line gives away: in percent of what it usually costs, and in smallest units over all its periods.

    The percentage has no end where somebody else has to look: the line takes from the sum, or nobody knows what it
    usually costs in this currency.
    """

    percent: Decimal
    amount: Decimal

    def is_within(self, other: "Given") -> bool:
        """Whether this gives no more than the other, neither in percent nor in all."""
        is_known = self.percent.is_finite() and other.percent.is_finite()
        return is_known and self.percent <= other.percent and self.amount <= other.amount


def settle(
    actor: Actor, before: Iterable[Line], after: Iterable[Line], company_id: int | None, company_before: int | None
) -> list[Line]:
    """The lines with their approval as it is to be: what somebody claims of it counts only from those who may approve.

    A line waits when it gives more than the actor may, and more than it did. A lower price counts like a discount,
    measured by what the customer's price list says. New terms by somebody without a limit end what was asked or
    declined of the old ones.
    """
    after, stored = list(after), {line["id"]: line for line in before}
    if may_right(actor, RIGHT):
        return [_freed(stored.get(line["id"]), line) for line in after]
    limit = limit_of(actor)
    if limit is None:
        return [_unlimited(stored.get(line["id"]), line) for line in after]
    on = clock.today(actor.time_zone)
    usual = _UsualPrices(company_id, on)
    earlier = usual if company_before == company_id else _UsualPrices(company_before, on)
    return [_settled(actor, stored.get(line["id"]), line, limit, usual, earlier) for line in after]


def _settled(
    actor: Actor, old: Line | None, line: Line, limit: Decimal, usual: "_UsualPrices", earlier: "_UsualPrices"
) -> Line:
    if line["heading"] or (old and usual is earlier and _same_terms(old, line)):
        return {**line, **_FREE, **_approval(old)}
    given = given_away(line, usual)
    if given.percent <= limit:
        return {**line, **_FREE}
    if old and not old["heading"] and old["approval"] in ("", APPROVED) and given.is_within(given_away(old, earlier)):
        return {**line, **_approval(old)}
    percent = values.plain(given.percent) if given.percent.is_finite() else ""
    return {**line, "approval": WAITING, "approval_of": {"by": actor.user_id, "percent": percent}}


def _unlimited(old: Line | None, line: Line) -> Line:
    return _freed(old, {**line, **_FREE, **_approval(old)})


def _freed(old: Line | None, line: Line) -> Line:
    """The line; free where nobody need approve its new terms and the old ones were asked for or declined. Another
    product at the same terms ends nothing: products are merged, too.
    """
    if old and old["approval"] in (WAITING, DECLINED) and not _same_terms(old, {**line, "product": old["product"]}):
        return {**line, **_FREE}
    return line


def _approval(old: Line | None) -> dict[str, Any]:
    return {"approval": old["approval"], "approval_of": old["approval_of"]} if old else {}


def given_away(line: Line, usual: "_UsualPrices") -> Given:
    """What a line is below what it usually costs: the higher of its price before discounts and what the list says, each
    over all periods. Reckoned without rounding, so that the percentage does not depend on the quantity.
    """
    item = values.item(line)
    known = usual.of(line)
    listed = item.quantity * item.price * item.periods
    net = listed * (100 - item.discount) / 100 - item.off * item.periods
    if net < 0 or not known.is_finite():
        return Given(_ENDLESS, _ENDLESS)
    whole = max(listed, abs(item.quantity) * known)
    percent = ((whole - net) * 100 / whole).quantize(Decimal("0.01")) if whole > 0 else Decimal(0)
    return Given(percent, Decimal(0) if item.is_optional else whole - net)


_TERMS = ("heading", "product", "quantity", "price", "discount", "off", "currency", "recurring", "periods", "optional")


def _same_terms(old: Line, line: Line) -> bool:
    return all(old[key] == line[key] for key in _TERMS)


class _UsualPrices:
    """What products usually cost a customer, asked for only where it is needed."""

    def __init__(self, company_id: int | None, on: datetime.date) -> None:
        self.company_id, self.on = company_id, on
        self._list: PriceList | None = None
        self._is_known = False

    def of(self, line: Line) -> Decimal:
        """What one of a line's product costs over all periods, in the line's currency: 0 where it has no price at all,
        without end where it has one only in a currency that cannot be converted.
        """
        product = Product.objects.select_related("parent").filter(pk=line["product"] or 0).first()
        if product is None:
            return Decimal(0)
        if not self._is_known:
            self._list, self._is_known = list_for(self.company_id, self.on), True
        quantity, currency = Decimal(line["quantity"]), line["currency"]
        price = price_of(product, quantity, currency, self.on, self._list).minor
        one = self._converted(product, quantity, currency) if price is None else Decimal(price)
        return one * _times(product, line)

    def _converted(self, product: Product, quantity: Decimal, currency: str) -> Decimal:
        own = [one.price_currency for one in (product, product.parent) if one is not None]
        others = [self._list.currency if self._list else "", *own, workspace.current().currency]
        for other in dict.fromkeys(filter(None, others)):
            price = price_of(product, quantity, other, self.on, self._list).minor
            if price is not None:
                return _exchanged(price, other, currency)
        return Decimal(0)


def _times(product: Product, line: Line) -> Decimal:
    """How often a product's price comes in a line, which may be billed in another rhythm than the product."""
    months = {MONTHLY: 1, YEARLY: 12}
    if product.recurring not in months:
        return Decimal(1)
    each = months[product.recurring]
    # Once instead of every month or year: for a year, as long as the product is offered for at first.
    lasts = months[line["recurring"]] * line["periods"] if line["recurring"] in months else 12
    return Decimal(lasts) / each


def _exchanged(minor: int, currency: str, into: str) -> Decimal:
    """An amount in smallest units of another currency; without end where a rate is missing."""
    rates = {code: rate.rate for code, rate in all_rates().items()} | {workspace.current().currency: Decimal(1)}
    if currency not in rates or not rates.get(into):
        return _ENDLESS
    return Decimal(minor).scaleb(digits(into) - digits(currency)) * rates[currency] / rates[into]


# -------------------------------------------------------------------- telling
def approvers() -> list[int]:
    """Ids of the users who decide on discounts: those whose role has the right, else the administrators."""
    roles = list(Role.objects.all())
    named = [role.pk for role in roles if RIGHT in role.rights and not role.is_admin]
    users = User.objects.filter(is_active=True)
    found = list(users.filter(role__in=named).values_list("pk", flat=True))
    return found or list(users.filter(role__is_admin=True).values_list("pk", flat=True))


def tell_of_waiting(
    actor: Actor, act: Act, record_id: int, before: Sequence[Line], after: Sequence[Line], url: str
) -> None:
    """Tells those who decide of discounts that began to wait with this act."""
    old = {line["id"]: line["approval"] for line in before}
    new = [line for line in after if line["approval"] == WAITING and old.get(line["id"]) != WAITING]
    if new:
        asked = [(line["title"], line["approval_of"]["percent"]) for line in new[:3]]
        text = ", ".join(f"{title} −{percent} %" if percent else title for title, percent in asked)
        tell(approvers(), "discount_asked", record_id=record_id, by_id=actor.user_id, text=text, url=url,
             once=f"discount:{record_id}:{act.pk}")  # fmt: skip
