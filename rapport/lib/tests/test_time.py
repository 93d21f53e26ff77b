"""Clock, dates, spans and durations: zones, clock changes, and the words for them."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date as babel_date
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib import clock
from rapport.lib.dates import (
    ago,
    format_date,
    format_duration,
    format_moment,
    parse_date,
    parse_duration,
    parse_moment,
)
from rapport.lib.relative_dates import PERIODS, Span, bounds, day_bounds, parse_span

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Cairo",
]
MOMENT = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)


def test_a_stopped_clock_stands_and_can_be_moved() -> None:
    with clock.frozen(MOMENT) as stopped:
        assert clock.now() == MOMENT
        assert clock.today("UTC") == date(2026, 11, 18)
        assert clock.today("Europe/Berlin") == date(2026, 11, 19)
        stopped.advance(hours=1)
        assert clock.now() == MOMENT + timedelta(hours=1)
        with clock.frozen(MOMENT + timedelta(days=9)):
            assert clock.now().day == 27
        assert clock.now() == MOMENT + timedelta(hours=1)
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 10_000]
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone"):
        clock.today(name)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-12-31", "mdy", "2026-12-31"),
        ("2026/12/31", "dmy", "2026-12-31"),
        ("20261231", "dmy", "2026-12-31"),
        ("2026-12-31T23:59:00Z", "dmy", "2026-12-31"),
        ("2026-12-31 23:59", "dmy", "2026-12-31"),
        ("31.12.2026", "mdy", "2026-12-31"),
        ("31.12.26", "dmy", "2026-12-31"),
        ("31/12/2026", "dmy", "2026-12-31"),
        ("12/31/2026", "mdy", "2026-12-31"),
        ("12-31-2026", "mdy", "2026-12-31"),
        ("1/2/2026", "dmy", "2026-02-01"),
        ("1/2/2026", "mdy", "2026-01-02"),
        ("1.2.69", "dmy", "1969-02-01"),
        ("1.2.68", "dmy", "2068-02-01"),
        ("3 Mar 2026", "dmy", "2026-03-03"),
        ("3. März 2026", "mdy", "2026-03-03"),
        ("3-Mar-26", "dmy", "2026-03-03"),
        ("March 3rd, 2026", "dmy", "2026-03-03"),
        ("Tue, 3 Mar 2026", "dmy", "2026-03-03"),
        ("Dienstag, 3. März 2026", "dmy", "2026-03-03"),
        ("3. Dez. 2026", "dmy", "2026-12-03"),
        ("29.02.2028", "dmy", "2028-02-29"),
        (" 31. 12. 2026 ", "dmy", "2026-12-31"),
    ],
)
def test_dates(text: str, order: str, day: str) -> None:
    assert parse_date(text, order) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("", "dmy", "Enter a date such as 31.12.2026"),
        ("soon", "mdy", "Enter a date such as 12/31/2026"),
        ("30.02.2026", "dmy", "There is no 30 February 2026"),
        ("31 Apr 2026", "dmy", "There is no 31 April 2026"),
        ("2027-02-29", "dmy", "There is no 29 February 2027"),
        ("12/31/2026", "dmy", "There is no month 31. Enter a date such as 31.12.2026"),
        ("31/12/2026", "mdy", "There is no month 31. Enter a date such as 12/31/2026"),
        ("0000-01-01", "dmy", "too long ago"),
        ("1.2.202", "dmy", "Enter a date"),
        ("1/2-2026", "dmy", "Enter a date"),
        ("3 Mai-Tai 2026", "dmy", "Enter a date"),
        ("99999999999", "dmy", "Enter a date"),
    ],
)
def test_what_is_no_date_is_refused(text: str, order: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_date(text, order)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["en", "de"]))
def test_a_date_that_is_written_is_read_back(day: date, locale: str) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}.{day.month}.{day.year}") == day
    assert parse_date(format_date(day, locale)) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00"),
        ("2026-07-01T12:00:00.123456+02:00", "2026-07-01T10:00:00"),
        ("2026-07-01 12:00:00 -0500", "2026-07-01T17:00:00"),
        ("2026-07-01 12:00", "2026-07-01T10:00:00"),
        ("1.7.2026 12:00 Uhr", "2026-07-01T10:00:00"),
        ("1.7.2026, 12.30", "2026-07-01T10:30:00"),
        ("3 Mar 2026 2:30 PM", "2026-03-03T13:30:00"),
        ("3 Mar 2026, 12 am", "2026-03-02T23:00:00"),
        ("2026-07-01", "2026-06-30T22:00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00"),
    ],
)
def test_moments_are_read_on_the_clocks_of_the_zone(text: str, moment: str) -> None:
    assert parse_moment(text, "Europe/Berlin") == datetime.fromisoformat(moment + "+00:00")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a date and a time"),
        ("2026-07-01 25:00", "no time of day"),
        ("2026-07-01 12:61", "no time of day"),
        ("2026-07-01 13:00 pm", "no time of day"),
        ("2026-07-01 12:00 +99:00", "no time zone"),
        ("2026-02-30 12:00", "There is no 30 February"),
        ("12:00", "Enter a date and a time"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_moment(text, "Europe/Berlin")


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_a_moment_is_read_back(naive: datetime, zone: str) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    assert parse_moment(moment.isoformat(), zone) == moment
    assert parse_moment(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), zone) == moment


def test_dates_are_shown_as_the_locale_writes_them() -> None:
    day = date(2026, 9, 8)
    assert format_date(day, "en") == "8 Sep 2026"
    assert format_date(day, "en-US") == "Sep 8, 2026"
    assert format_date(day, "de") == "08.09.2026"
    assert format_date(day, "xx") == "8 Sep 2026"
    assert format_moment(MOMENT, "Europe/Berlin", "en") == "19 Nov 2026, 00:30"
    assert format_moment(MOMENT, "Europe/Berlin", "de") == "19.11.2026, 00:30"
    assert format_moment(MOMENT, "UTC", "en-US").replace("\u202f", " ") == "Nov 18, 2026, 11:30 PM"


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["de", "fr", "pl", "ja", "en_US", "ar", "fa", "th", "bg", "zh_TW"]),
)
def test_the_fast_dates_are_those_of_babel(day: date, locale: str) -> None:
    assert format_date(day, locale) == babel_date(day, "medium", locale=locale)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=30), "Just now"),
        (timedelta(seconds=-30), "Just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(minutes=-2), "in 2 min"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=-3), "in 3 h"),
        (timedelta(hours=20), "Yesterday"),
        (timedelta(hours=40), "2 days ago"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(days=-1), "Tomorrow"),
        (timedelta(days=-5), "in 5 days"),
        (timedelta(days=7), "11 Nov"),
        (timedelta(days=300), "22 Jan"),
        (timedelta(days=365), "18 Nov 2025"),
    ],
)
def test_how_long_ago(span: timedelta, words: str) -> None:
    now = datetime(2026, 11, 18, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    assert ago(now.astimezone(UTC) - span, now, "en") == words


def test_yesterday_begins_at_the_midnight_of_the_reader() -> None:
    moment = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
    assert ago(moment, datetime(2026, 11, 18, 8, tzinfo=UTC)) == "Yesterday"
    assert ago(moment, datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Europe/Berlin"))) == "8 h ago"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("14", 840),
        ("14 min", 840),
        ("14m", 840),
        ("1:30 h", 5400),
        ("1:30", 5400),
        ("0:45:30", 2730),
        ("1h 20m", 4800),
        ("1h20", None),
        ("1 h, 20 min", 4800),
        ("1 hour and 20 minutes", 4800),
        ("1.5 h", 5400),
        ("1,5 Std.", 5400),
        ("90 s", 90),
        ("0", 0),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match="Enter a length of time"):
            parse_duration(text)
    else:
        assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "5 min 5 min", "5 s 1 h", "-5", "1:75", "5 parsecs", "9999999", "1001 h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"length of time|at most 1,000 hours"):
        parse_duration(text)


@given(st.integers(0, 3_600_000))
def test_a_duration_is_read_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


def test_durations_are_shown_in_the_units_that_matter() -> None:
    assert [format_duration(seconds) for seconds in (0, 45, 840, 4800, -60)] == [
        "0 min",
        "45 s",
        "14 min",
        "1 h 20 min",
        "−1 min",
    ]


def test_spans() -> None:
    assert parse_span(" 7D ") == Span(7, "d")
    assert str(parse_span("12h")) == "12h"
    march = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert parse_span("1m").before(march) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert parse_span("2w").days_after(date(2026, 3, 31)) == date(2026, 4, 14)
    assert parse_span("1y").days_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert parse_span("9999y").days_after(date(2026, 1, 1)) == date.max
    assert parse_span("9999y").before(march) == datetime.combine(date.min, march.timetz())
    with pytest.raises(ValueError, match="A date has no hours"):
        parse_span("3h").days_before(date(2026, 1, 1))


def test_hours_are_real_and_days_are_those_of_the_clock() -> None:
    after_change = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert Span(24, "h").before(after_change).hour == 11
    assert Span(1, "d").before(after_change).hour == 12


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "7x", "99999d", "1.5d", "٧d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a span such as"):
        parse_span(text)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("yesterday", "2026-11-21", "2026-11-22"),
        ("tomorrow", "2026-11-23", "2026-11-24"),
        ("this_week", "2026-11-16", "2026-11-23"),
        ("last_week", "2026-11-09", "2026-11-16"),
        ("next_week", "2026-11-23", "2026-11-30"),
        ("this_month", "2026-11-01", "2026-12-01"),
        ("last_month", "2026-10-01", "2026-11-01"),
        ("next_month", "2026-12-01", "2027-01-01"),
        ("this_quarter", "2026-10-01", "2027-01-01"),
        ("last_quarter", "2026-07-01", "2026-10-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("last_year", "2025-01-01", "2026-01-01"),
    ],
)
def test_periods(period: str, start: str, end: str) -> None:
    assert bounds(period, date(2026, 11, 22)) == (date.fromisoformat(start), date.fromisoformat(end))


def test_a_week_may_start_on_sunday() -> None:
    assert bounds("this_week", date(2026, 11, 22), week_starts=6) == (date(2026, 11, 22), date(2026, 11, 29))


@given(st.dates(), st.integers(0, 6))
def test_periods_lie_side_by_side(day: date, week_starts: int) -> None:
    for unit in ("week", "month", "quarter", "year"):
        start, end = bounds(f"this_{unit}", day, week_starts)
        assert start <= day <= end
        assert bounds(f"last_{unit}", day, week_starts)[1] == start
    for period in PERIODS:
        start, end = bounds(period, day, week_starts)
        assert start <= end


def test_an_unknown_period_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="Use one of: today, yesterday"):
        bounds("next_year", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-07-01", "Europe/Berlin", 24),
        ("2026-09-06", "America/Santiago", 23),
        ("2011-12-30", "Pacific/Apia", 0),
    ],
)
def test_a_day_has_23_or_25_hours_where_clocks_change(day: str, zone: str, hours: int) -> None:
    start, end = day_bounds(date.fromisoformat(day), zone)
    assert end - start == timedelta(hours=hours)


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(ZONES))
def test_days_lie_side_by_side(day: date, zone: str) -> None:
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + timedelta(days=1), zone)[0]
    if start < end:
        assert start.astimezone(ZoneInfo(zone)).date() == day
        assert (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day
        assert (start - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day


def test_the_last_day_of_time_has_an_end() -> None:
    assert day_bounds(date.max, "America/New_York")[1].year == 9999
    assert day_bounds(date.min, "Asia/Kathmandu")[0].year == 1


@pytest.mark.parametrize("piece", ["1", "1 ", ".", ":", "mar ", "1h "])
def test_a_megabyte_takes_no_time(piece: str) -> None:
    started = time.process_time()
    for length in (60, 120, 1_000_000):
        text = piece * (length // len(piece)) + "x"
        for parse in (parse_date, lambda value: parse_moment(value, "UTC"), parse_duration, parse_span):
            with pytest.raises(ValueError, match=r"\."):
                parse(text)
    assert time.process_time() - started < 2


def test_a_thread_may_write_as_of_another_day_while_the_clock_goes_on() -> None:
    seen: list[datetime] = []
    with clock.as_of(MOMENT):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
        assert clock.now() == MOMENT
    assert seen[0] != MOMENT
    assert clock.now() != MOMENT
