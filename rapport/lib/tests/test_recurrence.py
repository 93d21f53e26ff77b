"""Days that come again, held against another library that counts them one by one."""

import datetime
from datetime import date, timedelta

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.recurrence import (
    DAY,
    LAST,
    MONTH,
    WEEK,
    YEAR,
    Rule,
    days,
    first_fit,
    from_text,
    last_day,
    moved,
    to_text,
)

pytestmark = pytest.mark.sqlite_only

FAR = date(2090, 1, 1)
FIRSTS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
WEEKDAYS = st.lists(st.integers(0, 6), max_size=7, unique=True).map(lambda found: tuple(sorted(found)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    unit = draw(st.sampled_from((DAY, WEEK, MONTH, YEAR)))
    weekdays: tuple[int, ...] = ()
    nth = 0
    if unit == WEEK:
        weekdays = draw(WEEKDAYS)
    if unit == MONTH and draw(st.booleans()):
        weekdays, nth = (draw(st.integers(0, 6)),), draw(st.sampled_from((1, 2, 3, 4, LAST)))
    end = draw(st.sampled_from(("", "until", "times")))
    until = draw(st.dates(date(2019, 1, 1), date(2040, 12, 31))) if end == "until" else None
    times = draw(st.integers(1, 60)) if end == "times" else None
    return Rule(unit, draw(st.integers(1, 5)), weekdays, nth, until, times)


def found(rule: Rule, first: date, start: date, end: date) -> list[date]:
    return list(days(rule, first, start, end))


def test_it_works() -> None:
    rule = Rule(WEEK, 2, weekdays=(0, 2), until=date(2026, 12, 31))
    assert found(rule, date(2026, 11, 23), date(2026, 12, 1), date(2027, 2, 1)) == [
        date(2026, 12, 7),
        date(2026, 12, 9),
        date(2026, 12, 21),
        date(2026, 12, 23),
    ]


def test_a_short_month_lends_its_last_day() -> None:
    assert found(Rule(MONTH), date(2027, 1, 31), date(2027, 1, 1), date(2027, 6, 1)) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
    ]


def test_a_leap_day_comes_every_year() -> None:
    assert found(Rule(YEAR), date(2024, 2, 29), date(2025, 1, 1), date(2029, 1, 1)) == [
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_the_last_friday_of_a_month() -> None:
    assert found(Rule(MONTH, 1, (4,), LAST), date(2026, 11, 27), date(2026, 12, 1), date(2027, 2, 1)) == [
        date(2026, 12, 25),
        date(2027, 1, 29),
    ]


def test_a_series_begins_on_the_first_day_that_fits() -> None:
    assert first_fit(Rule(WEEK, 1, (0, 2)), date(2026, 11, 24)) == date(2026, 11, 25)
    assert first_fit(Rule(MONTH, 1, (0,), 1), date(2026, 11, 24)) == date(2026, 12, 7)


@given(rules(), FIRSTS)
def test_text_says_all_of_a_rule(rule: Rule, first: date) -> None:
    assert from_text(to_text(rule)) == rule


NO_RULES = (
    "", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=3", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;UNTIL=20261399", "FREQ=DAILY;COUNT=x", "FREQ=DAILY;COUNT=2;UNTIL=20270101",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_RULES)
def test_what_is_no_rule_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        from_text(text)


@given(rules(), FIRSTS, st.integers(0, 4000), st.integers(0, 400))
def test_a_range_is_a_slice_of_the_whole(rule: Rule, first: date, skip: int, length: int) -> None:
    first = first_fit(rule, first)
    start, end = first + timedelta(days=skip), first + timedelta(days=skip + length)
    whole = [day for day in found(rule, first, first, end) if start <= day]
    assert found(rule, first, start, end) == whole


@given(rules(), FIRSTS)
def test_days_rise_and_end_where_the_rule_says(rule: Rule, first: date) -> None:
    first = first_fit(rule, first)
    got = found(rule, first, date(2000, 1, 1), date(2045, 1, 1))
    assert got == sorted(set(got)) and all(day >= first for day in got)
    last = last_day(rule, first)
    if rule.times is not None:
        assert len(found(rule, first, date(2000, 1, 1), date(9000, 1, 1))) == rule.times
    if last is not None and got:
        assert got[-1] <= last


@given(rules(), FIRSTS)
def test_it_counts_as_others_do(rule: Rule, first: date) -> None:
    first = first_fit(rule, first)
    frequency = {DAY: rrule.DAILY, WEEK: rrule.WEEKLY, MONTH: rrule.MONTHLY, YEAR: rrule.YEARLY}[rule.unit]
    more: dict[str, object] = {}
    if rule.unit == WEEK:
        more["byweekday"] = rule.weekdays or (first.weekday(),)
    elif rule.unit == MONTH and rule.nth:
        more["byweekday"] = rrule.weekday(rule.weekdays[0], rule.nth)
    elif rule.unit == MONTH:
        more |= {"bymonthday": tuple(range(min(first.day, 28), first.day + 1)), "bysetpos": -1}
    elif rule.unit == YEAR:
        more |= {"bymonth": first.month, "bymonthday": tuple(range(min(first.day, 28), first.day + 1)), "bysetpos": -1}
    theirs = rrule.rrule(
        frequency,
        _moment(first),
        rule.step,
        count=rule.times,
        until=_moment(rule.until) if rule.until else None,
        **more,
    )  # type: ignore[arg-type]
    wanted = [moment.date() for moment in theirs.between(_moment(first), _moment(date(2036, 1, 1)), inc=True)]
    assert found(rule, first, first, date(2036, 1, 2)) == wanted


@given(rules(), FIRSTS, st.integers(-10, 10))
def test_a_moved_series_keeps_its_days_but_for_the_shift(rule: Rule, first: date, by: int) -> None:
    if rule.unit not in (DAY, WEEK):
        return
    first = first_fit(rule, first)
    if rule.unit == WEEK and rule.weekdays and rule.step > 1:
        return  # over a Monday the weeks that count are others
    shift = timedelta(days=by)
    before = found(rule, first, first, first + timedelta(days=90))
    assert found(moved(rule, by), first + shift, first + shift, first + shift + timedelta(days=90)) == [
        day + shift for day in before
    ]


def _moment(day: date) -> datetime.datetime:

    return datetime.datetime.combine(day, datetime.time())
