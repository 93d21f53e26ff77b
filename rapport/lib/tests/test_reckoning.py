"""What lines come to: never off by a cent, reckoned again with fractions."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.reckoning import MONTHLY, ONCE, YEARLY, Item, add_up, reckon

pytestmark = pytest.mark.sqlite_only

QUANTITIES = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=4)
PERCENTS = st.decimals(Decimal(0), Decimal(100), places=2)
AMOUNTS = st.integers(-(10**14), 10**14)
ITEMS = st.builds(
    Item, QUANTITIES, AMOUNTS, PERCENTS, AMOUNTS, PERCENTS, st.none() | AMOUNTS,
    st.sampled_from((ONCE, MONTHLY, YEARLY)), st.integers(1, 120), st.booleans(),
)  # fmt: skip


def half_up(exact: Fraction) -> int:
    whole = math.floor(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def test_it_works() -> None:
    line = reckon(Item(Decimal("2.5"), 1999, Decimal(10), tax=Decimal(19), cost=1000))
    assert (line.listed, line.net, line.discount, line.tax) == (4998, 4498, 500, 855)
    assert line.gross == 4498 + 855
    assert line.margin == 4498 - 2500


@given(ITEMS)
def test_a_line_is_never_off_by_a_cent(item: Item) -> None:
    line = reckon(item)
    exact = Fraction(item.quantity) * item.price
    net = half_up(exact * (100 - Fraction(item.discount)) / 100) - item.off
    assert line.net == net
    assert line.listed == half_up(exact)
    assert line.listed - line.discount == line.net
    assert line.total == net * item.periods
    assert line.tax == half_up(net * Fraction(item.tax) / 100) * item.periods
    assert line.gross == line.total + line.tax
    if item.cost is not None:
        assert line.margin == line.total - half_up(Fraction(item.quantity) * item.cost) * item.periods


@given(st.lists(ITEMS, max_size=30))
def test_what_stands_below_is_the_sum_of_what_stands_above(items: list[Item]) -> None:
    total, lines = add_up(items), [(item, reckon(item)) for item in items]
    counted = [(item, line) for item, line in lines if not item.is_optional]
    assert total.net == sum(line.total for _item, line in counted)
    assert total.gross == total.net + total.tax == sum(line.gross for _item, line in counted)
    assert sum(total.taxes.values()) == total.tax
    assert sum(total.bases.values()) == total.net
    assert total.optional == sum(line.total for item, line in lines if item.is_optional)
    for kind in (ONCE, MONTHLY, YEARLY):
        assert getattr(total, kind) == sum(line.net for item, line in counted if item.recurring == kind)


@given(ITEMS)
def test_a_credit_is_the_negative_of_what_it_credits(item: Item) -> None:
    back = Item(-item.quantity, item.price, item.discount, -item.off, item.tax, item.cost, item.recurring, item.periods)
    assert reckon(back).gross == -reckon(item).gross


def test_four_hundred_lines_of_a_third_are_summed_as_they_stand() -> None:
    items = [Item(Decimal("0.3333"), 100, tax=Decimal(7))] * 400
    total = add_up(items)
    assert (total.net, total.tax, total.gross) == (400 * 33, 400 * 2, 400 * 35)


def test_nothing_given_away_of_nothing() -> None:
    line = reckon(Item(Decimal(0), 500, Decimal(10), tax=Decimal(19), cost=100))
    assert (line.net, line.gross, line.margin, line.discount_percent) == (0, 0, 0, 0)


@pytest.mark.parametrize(("price", "tax", "expected"), [(50, "1", 1), (-50, "1", -1), (49, "1", 0), (150, "1", 2)])
def test_a_half_goes_away_from_zero(price: int, tax: str, expected: int) -> None:
    assert reckon(Item(Decimal(1), price, tax=Decimal(tax))).tax == expected


def test_a_price_without_cost_makes_the_margin_a_part() -> None:
    total = add_up([Item(Decimal(1), 1000, cost=400), Item(Decimal(1), 1000)])
    assert (total.margin, total.is_margin_whole) == (600, False)
