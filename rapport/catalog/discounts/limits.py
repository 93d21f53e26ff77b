"""Who may give how much discount by themselves, and which lines wait for somebody who may give more."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User
from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines import values
from rapport.catalog.lines.values import APPROVED, DECLINED, WAITING, Line
from rapport.catalog.prices.finding import list_for, price_of
from rapport.catalog.products.models import Product
from rapport.core.access.special import may_right
from rapport.core.events.models import Act
from rapport.core.notices.telling import tell
from rapport.lib import clock
from rapport.lib.reckoning import reckon

RIGHT = "discounts"
_FREE: dict[str, Any] = {"approval": "", "approval_of": {}}


def limit_of(actor: Actor) -> Decimal | None:
    """The most that the actor may take off, in percent; None without a limit."""
    if may_right(actor, RIGHT) or actor.role is None:
        return None
    return DiscountLimit.objects.filter(role=actor.role.pk).values_list("percent", flat=True).first()


def settle(actor: Actor, before: Iterable[Line], after: Iterable[Line], company_id: int | None) -> list[Line]:
    """The lines with their approval as it is to be: what somebody claims of it counts only from those who may approve.

    A line waits when it gives more than the actor may and is cheaper than it was. A lower price counts like a
    discount, measured by what the customer's price list says. New terms by somebody without a limit end what was asked
    or declined of the old ones.
    """
    after, stored = list(after), {line["id"]: line for line in before}
    if may_right(actor, RIGHT):
        return [_freed(stored.get(line["id"]), line) for line in after]
    limit = limit_of(actor)
    usual = _UsualPrices(company_id, clock.today(actor.time_zone))
    return [_settled(actor, stored.get(line["id"]), line, limit, usual) for line in after]


def _settled(actor: Actor, old: Line | None, line: Line, limit: Decimal | None, usual: "_UsualPrices") -> Line:
    kept = {"approval": old["approval"], "approval_of": old["approval_of"]} if old else {}
    if line["heading"] or limit is None:
        return _freed(old, {**line, **_FREE, **kept})
    if old and _same_terms(old, line):
        return {**line, **kept}
    percent = given_away(line, usual)
    if percent <= limit:
        return {**line, **_FREE}
    if old and old["approval"] in ("", APPROVED) and not _is_cheaper(old, line):
        return {**line, **kept}
    asked = {"by": actor.user_id, "percent": values.plain(percent.quantize(Decimal("0.01")))}
    return {**line, "approval": WAITING, "approval_of": asked}


def _freed(old: Line | None, line: Line) -> Line:
    """The line; free where nobody need approve its new terms and the old ones were asked for or declined. Another
    product at the same terms ends nothing: products are merged, too.
    """
    if old and old["approval"] in (WAITING, DECLINED) and not _same_terms(old, {**line, "product": old["product"]}):
        return {**line, **_FREE}
    return line


def given_away(line: Line, usual: "_UsualPrices") -> Decimal:
    """How many percent a line is below what it usually costs: the higher of its price before discounts and the price
    that the list says. Nothing for what is credited.
    """
    item = values.item(line)
    if item.quantity <= 0:
        return Decimal(0)
    listed = max(line["price"], usual.of(line) or 0)
    net = Decimal(reckon(item).net)
    whole = item.quantity * listed
    return (whole - net) * 100 / whole if whole > 0 else Decimal(0)


def _same_terms(old: Line, line: Line) -> bool:
    return all(old[key] == line[key] for key in ("product", "quantity", "price", "discount", "off", "currency"))


def _is_cheaper(old: Line, line: Line) -> bool:
    """Whether one of it costs less than before."""
    (one, other) = (values.item(old), values.item(line))
    if old["product"] != line["product"] or old["currency"] != line["currency"] or not one.quantity:
        return True
    return Decimal(reckon(other).net) * one.quantity < Decimal(reckon(one).net) * other.quantity


class _UsualPrices:
    """What products usually cost a customer, asked for only where it is needed."""

    def __init__(self, company_id: int | None, on: datetime.date) -> None:
        self.company_id, self.on = company_id, on
        self._list: Any = None
        self._is_known = False

    def of(self, line: Line) -> int | None:
        """The price of the line's product; None where it has none."""
        product = Product.objects.select_related("parent").filter(pk=line["product"] or 0).first()
        if product is None:
            return None
        if not self._is_known:
            self._list, self._is_known = list_for(self.company_id, self.on), True
        return price_of(product, Decimal(line["quantity"]), line["currency"], self.on, self._list).minor


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
        text = ", ".join(f"{line['title']} −{line['approval_of']['percent']} %" for line in new[:3])
        tell(approvers(), "discount_asked", record_id=record_id, by_id=actor.user_id, text=text, url=url,
             once=f"discount:{record_id}:{act.pk}")  # fmt: skip
