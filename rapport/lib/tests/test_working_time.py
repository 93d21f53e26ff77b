"""Working time: breaks, days off, and the two nights in which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.working_time import Hours, NotWorking, read_hours, read_time, write_time

BERLIN = "Europe/Berlin"
OFFICE = [[["09:00", "12:30"], ["13:30", "17:00"]]] * 5 + [[], []]
HOUR = timedelta(hours=1)


def office(*holidays: str, zone: str = BERLIN) -> Hours:
    return read_hours(zone, OFFICE, [{"on": on} for on in holidays])


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_it_works() -> None:
    hours = office()
    assert hours.add(at("2026-11-23 16:00"), 2 * HOUR) == at("2026-11-24 10:00")
    assert hours.between(at("2026-11-23 08:00"), at("2026-11-24 10:00")) == 8 * HOUR
    assert hours.is_open(at("2026-11-23 09:00"))
    assert not hours.is_open(at("2026-11-23 17:00"))


def test_nothing_counts_in_a_break() -> None:
    hours = office()
    assert not hours.is_open(at("2026-11-23 12:45"))
    assert hours.add(at("2026-11-23 12:00"), HOUR) == at("2026-11-23 14:00")
    assert hours.next_open(at("2026-11-23 12:45")) == at("2026-11-23 13:30")


def test_what_ends_with_the_day_ends_that_day() -> None:
    assert office().add(at("2026-11-23 16:00"), HOUR) == at("2026-11-23 17:00")


def test_a_weekend_and_holidays_are_left_out() -> None:
    hours = office("2026-11-24", "11-25")
    assert hours.add(at("2026-11-23 16:30"), HOUR) == at("2026-11-26 09:30")
    assert office().next_open(at("2026-11-21 10:00")) == at("2026-11-23 09:00")
    assert hours.is_day_off(date(2031, 11, 25))
    assert not hours.is_day_off(date(2027, 11, 24))


def test_a_night_shift_has_an_hour_less_in_spring_and_one_more_in_autumn() -> None:
    nights = read_hours(BERLIN, [[["00:00", "06:00"]]] * 7, [])
    assert nights.between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == 5 * HOUR
    assert nights.between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 7 * HOUR
    assert nights.add(at("2026-03-29 00:00"), 5 * HOUR) == at("2026-03-29 06:00")


def test_office_hours_stay_where_the_wall_clock_puts_them() -> None:
    hours = office()
    assert hours.next_open(at("2026-03-28 12:00")) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert hours.next_open(at("2026-10-24 12:00")) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_the_moment_they_jump() -> None:
    late = read_hours(BERLIN, [[["02:30", "04:00"]]] * 7, [])
    assert late.spans(date(2026, 3, 29)) == [(at("2026-03-29 03:00"), at("2026-03-29 04:00"))]
    assert read_hours("Pacific/Apia", [[["09:00", "17:00"]]] * 7, []).spans(date(2011, 12, 30)) == []


def test_a_day_may_last_until_midnight() -> None:
    always = read_hours(BERLIN, [[["00:00", "24:00"]]] * 7, [])
    assert always.between(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == timedelta(days=365)


def test_who_never_works_is_told_so() -> None:
    never = read_hours(BERLIN, [[]] * 7, [])
    with pytest.raises(NotWorking):
        never.add(at("2026-01-01 00:00"), HOUR)
    assert never.between(at("2026-01-01 00:00"), at("2026-12-01 00:00")) == timedelta()


@pytest.mark.parametrize("text", ["", "9", "25:00", "24:01", "12:60", "-1:00", "ab:cd"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of the day"):
        read_time(text)


def test_times_are_read_as_people_write_them() -> None:
    assert [write_time(read_time(text)) for text in ("9:05", "09.30", " 24:00 ")] == ["09:05", "09:30", "24:00"]


@pytest.mark.parametrize("spans", [[["10:00", "09:00"]], [["09:00", "12:00"], ["11:00", "13:00"]]])
def test_spans_that_cross_are_refused(spans: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="3"):
        read_hours(BERLIN, [[], [], [], spans, [], [], []], [])


@given(
    st.integers(0, 500 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(1, 5000),
    st.sampled_from([BERLIN, "America/Santiago", "Asia/Kathmandu"]),
)
def test_what_was_added_lies_between(start: datetime, minutes: int, zone: str) -> None:
    hours, begin, worked = office("12-25", zone=zone), start, timedelta(minutes=minutes)
    assert hours.between(begin, hours.add(begin, worked)) == worked
