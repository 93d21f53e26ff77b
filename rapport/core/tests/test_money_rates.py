"""Rates of exchange, and adding amounts of several currencies by them."""

import datetime
from decimal import Decimal

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access.pages import ListQuery
from rapport.core.access.sums import sums
from rapport.core.audit.reading import Question, lines
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.fields import Locale
from rapport.core.fields.money import Amount
from rapport.core.money_rates.adding import Rate, add, all_rates, average
from rapport.core.money_rates.entering import remove_rate, set_rate
from tests import house

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 23)


def rate(currency: str, value: str) -> dict[str, Rate]:
    return {currency: Rate(currency, "EUR", Decimal(value), DAY)}


def test_it_works(ada: Actor) -> None:
    set_rate(ada, "USD", "0,925", DAY)
    added = add([Amount(10000, "EUR"), Amount(1000, "USD")])
    assert added.total == Amount(10925, "EUR")
    assert [one.words(house_locale()) for one in added.used] == ["1 USD = 0.925 EUR (23 Nov 2026)"]


def house_locale() -> Locale:
    return Locale(language="en")


def test_amounts_of_one_currency_need_no_rate() -> None:
    assert add([Amount(1, "USD"), Amount(2, "USD")]).total == Amount(3, "USD")
    assert add([]).total is None and add([]).without == ()


def test_without_a_rate_nothing_is_added() -> None:
    added = add([Amount(1, "EUR"), Amount(1, "USD"), Amount(1, "CHF")], rate("USD", "0.9"))
    assert added.total is None and added.without == ("CHF",)


def test_smallest_units_differ_and_the_sum_is_rounded_once() -> None:
    assert add([Amount(0, "EUR"), Amount(1000, "JPY")], rate("JPY", "0.0061")).total == Amount(610, "EUR")
    assert add([Amount(0, "EUR"), Amount(1500, "KWD")], rate("KWD", "3")).total == Amount(450, "EUR")
    third = [Amount(0, "EUR"), *[Amount(1, "USD")] * 3]
    assert add(third, rate("USD", "0.5")).total == Amount(2, "EUR")  # 1.5 cents, not three times nothing
    assert average(Amount(10, "EUR"), 4) == Amount(2, "EUR")


def test_a_rate_is_entered_once_for_each_currency_and_told_in_the_audit(ada: Actor) -> None:
    set_rate(ada, "USD", "0.9", DAY)
    set_rate(ada, "USD", "0.95", DAY)
    assert {code: one.rate for code, one in all_rates().items()} == {"USD": Decimal("0.95")}
    assert lines(ada, Question(kind="rate.set"))[0].sentence == "entered a rate of exchange"
    remove_rate(ada, "USD")
    assert all_rates() == {}


@pytest.mark.parametrize(
    ("currency", "text", "on", "field"),
    [("EUR", "1", DAY, "currency"), ("XXX", "1", DAY, "currency"), ("USD", "0", DAY, "rate"),
     ("USD", "-1", DAY, "rate"), ("USD", "much", DAY, "rate"), ("USD", "1", None, "on")],
)  # fmt: skip
def test_what_is_no_rate_is_refused(ada: Actor, currency: str, text: str, on: datetime.date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_rate(ada, currency, text, on)
    assert list(refused.value.errors) == [field] and all_rates() == {}


def test_only_administrators_enter_rates() -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all")))
    with pytest.raises(NotAllowed):
        set_rate(rep, "USD", "1", DAY)
    with pytest.raises(NotAllowed):
        remove_rate(rep, "USD")


def test_the_foot_of_a_list_adds_by_rates_and_shows_them(ada: Actor) -> None:
    house.a_company(ada, "a", revenue="100 EUR")
    house.a_company(ada, "b", revenue="10 USD")

    def told(kind: str) -> tuple[str, tuple[str, ...]]:
        found, _cut = sums(ada, house.company(), ListQuery(), {"revenue": kind}, house.company().by_key)
        return found["revenue"].text, found["revenue"].rates

    assert told("sum") == ("€100.00 · $10.00", ("Not added up: no rate for USD.",))
    set_rate(ada, "USD", "0.5", DAY)
    assert told("sum") == ("≈ €105.00", ("1 USD = 0.5 EUR (23 Nov 2026)",))
    assert told("avg")[0] == "≈ €52.50"
    assert told("max") == ("€100.00 · $10.00", ())
