"""What lines of a sale come to: exact, and rounded where an invoice rounds.

Amounts are whole smallest units of one currency. Each line is rounded half up (a half goes away from zero, so a credit
is to the unit the negative of what it credits), tax line by line; totals are sums of rounded lines, so that what stands
below always is the sum of what stands above. Prices that come again are for one month or year: a line is reckoned for
one period, and its total is that times the number of periods.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

ONCE, MONTHLY, YEARLY = "once", "monthly", "yearly"
_EXACT = Context(prec=96, rounding=ROUND_HALF_UP)  # more digits than any product of what a line may hold
_UNIT = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Item:
    """A line: so many at a price (smallest units) for each, ``discount`` percent and ``off`` (smallest units) less for
    the whole line, ``tax`` in percent. ``cost`` is what one of them costs ourselves, None where nobody knows.
    """

    quantity: Decimal
    price: int
    discount: Decimal = Decimal(0)
    off: int = 0
    tax: Decimal = Decimal(0)
    cost: int | None = None
    recurring: str = ONCE
    periods: int = 1
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a line comes to. ``listed``, ``discount`` and ``net`` are for one period, the others for all of them;
    ``listed`` less ``discount`` always is ``net``. ``margin`` is None where the cost is not known.
    """

    listed: int
    discount: int
    net: int
    total: int
    tax: int
    gross: int
    margin: int | None

    @property
    def discount_percent(self) -> Decimal:
        """How many percent of the list price are given away, discounts of both kinds together."""
        return _EXACT.divide(Decimal(self.discount * 100), Decimal(self.listed)) if self.listed else Decimal(0)


@dataclass(frozen=True, slots=True)
class Total:
    """What lines come to together, optional ones left out. ``taxes`` are by rate, ``bases`` the amounts they are of.

    ``once``, ``monthly`` and ``yearly`` are net; the last two are for one period. ``margin`` counts the lines whose
    cost is known, ``is_margin_whole`` says whether those are all. ``optional`` is the net total of what was left out.
    """

    net: int = 0
    discount: int = 0
    tax: int = 0
    gross: int = 0
    once: int = 0
    monthly: int = 0
    yearly: int = 0
    margin: int = 0
    is_margin_whole: bool = True
    optional: int = 0
    taxes: dict[Decimal, int] = field(default_factory=dict)
    bases: dict[Decimal, int] = field(default_factory=dict)


def rounded(amount: Decimal) -> int:
    """The nearest whole unit, a half away from zero."""
    return int(_EXACT.quantize(amount, _UNIT))


def share(amount: int, percent: Decimal) -> int:
    """So many percent of an amount."""
    return rounded(_EXACT.divide(_EXACT.multiply(Decimal(amount), percent), _HUNDRED))


def reckon(item: Item) -> Line:
    """What one line comes to."""
    exact = _EXACT.multiply(item.quantity, Decimal(item.price))
    listed = rounded(exact)
    kept = _EXACT.divide(_EXACT.multiply(exact, _HUNDRED - item.discount), _HUNDRED)
    net = rounded(kept) - item.off
    total, tax = net * item.periods, share(net, item.tax) * item.periods
    margin = None
    if item.cost is not None:
        margin = total - rounded(_EXACT.multiply(item.quantity, Decimal(item.cost))) * item.periods
    return Line(listed, listed - net, net, total, tax, total + tax, margin)


def add_up(items: Iterable[Item]) -> Total:
    """What lines of one currency come to together."""
    sums = dict.fromkeys(("net", "discount", "tax", "gross", "margin", "optional", ONCE, MONTHLY, YEARLY), 0)
    taxes: dict[Decimal, int] = {}
    bases: dict[Decimal, int] = {}
    is_whole = True
    for item in items:
        line = reckon(item)
        if item.is_optional:
            sums["optional"] += line.total
            continue
        sums["net"] += line.total
        sums["discount"] += line.discount * item.periods
        sums["tax"] += line.tax
        sums["gross"] += line.gross
        sums["margin"] += line.margin or 0
        is_whole = is_whole and line.margin is not None
        sums[item.recurring] += line.net
        taxes[item.tax] = taxes.get(item.tax, 0) + line.tax
        bases[item.tax] = bases.get(item.tax, 0) + line.total
    return Total(**sums, is_margin_whole=is_whole, taxes=dict(sorted(taxes.items())), bases=dict(sorted(bases.items())))
