"""Where things stand in a calendar: side by side, over midnight, in rows of whole days."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.day_layout import DAY, SHORTEST, Cell, Entry, bars, by_day, column, week
from rapport.lib.day_ranges import shown, title, week_start, week_words

pytestmark = pytest.mark.sqlite_only

MONDAY = datetime.date(2026, 11, 23)
WEEK = [MONDAY + datetime.timedelta(days=number) for number in range(7)]


def at(day: datetime.date, minutes: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)


def entry(start: int, minutes: int, name: str = "", day: datetime.date = MONDAY) -> Entry:
    return Entry(at(day, start), at(day, start + minutes), False, name)


def whole(day: datetime.date, days: int, name: str = "") -> Entry:
    return Entry(at(day, 0), at(day, days * DAY), True, name)


def test_it_works() -> None:
    made = column(MONDAY, [entry(600, 60, "a"), entry(630, 60, "b"), entry(720, 30, "c")], 5)
    assert [(block.entry.what, block.lane, block.lanes) for block in made.blocks] == [
        ("a", 0, 2),
        ("b", 1, 2),
        ("c", 0, 1),
    ]
    assert made.blocks[0].at == (10, 0, 1, 0)


def test_over_midnight_it_stands_on_both_days() -> None:
    late = entry(23 * 60, 120)
    first, second = column(MONDAY, [late], 5).blocks[0], column(WEEK[1], [late], 5).blocks[0]
    assert (first.start, first.end, first.begins_here, first.ends_here) == (1380, 1440, True, False)
    assert (second.start, second.end, second.begins_here, second.ends_here) == (0, 60, False, True)


def test_what_ends_at_midnight_is_not_on_the_next_day() -> None:
    assert column(WEEK[1], [entry(23 * 60, 60)], 5).blocks == []


def test_whole_days_stand_in_a_row_cut_at_its_ends() -> None:
    found = bars(WEEK, [whole(MONDAY - datetime.timedelta(days=2), 4), whole(WEEK[3], 1), whole(WEEK[0], 14)])
    assert [(bar.column, bar.span, bar.from_before, bar.goes_on) for bar in found] == [
        (0, 7, False, True),
        (0, 2, True, False),
        (3, 1, False, False),
    ]


def test_what_has_no_room_is_counted() -> None:
    made = column(MONDAY, [entry(600, 60, str(number)) for number in range(9)], 5)
    assert len(made.blocks) == 4 and [(more.count, more.lane, more.lanes) for more in made.more] == [(5, 4, 5)]


@given(st.lists(st.tuples(st.integers(-300, DAY), st.integers(0, 900)), max_size=30))
def test_nothing_lies_on_top_of_another(times: list[tuple[int, int]]) -> None:
    entries = [entry(start, minutes, str(number)) for number, (start, minutes) in enumerate(times)]
    made = column(MONDAY, entries, 50)
    assert len(made.blocks) == len(by_day([MONDAY], entries)[MONDAY])
    for one in made.blocks:
        assert 0 <= one.start < DAY and one.lane < one.lanes
        hour, minute, hours, minutes = one.at
        assert hour * 60 + minute + hours * 60 + minutes <= DAY and (hours or minutes)
        for other in made.blocks:
            apart = one.end <= other.start or other.end <= one.start
            if one is not other and one.lane == other.lane and min(one.lanes, other.lanes) > 1:
                assert apart or abs(one.start - other.start) >= SHORTEST


def cells(*entries: Entry, room: int = 3) -> list[Cell]:
    return week(WEEK, by_day(WEEK, entries), room)


def drawn(cell: Cell) -> tuple[list[str], list[str], int]:
    lines = [bar.entry.what if bar else "…" for bar in cell.lines]
    return lines, [entry.what for entry in cell.entries], cell.more


def test_in_a_month_whole_days_are_bars_above_what_has_a_time() -> None:
    made = cells(whole(WEEK[1], 3, "fair"), entry(600, 30, "talk", WEEK[2]), whole(WEEK[2], 1, "off"))
    assert [drawn(cell) for cell in made[:5]] == [
        ([], [], 0),
        (["fair"], [], 0),
        (["…", "off"], ["talk"], 0),
        (["…"], [], 0),
        ([], [], 0),
    ]
    assert made[1].lines[0] and (made[1].lines[0].column, made[1].lines[0].span) == (1, 3)


def test_a_bar_without_room_on_one_of_its_days_is_counted_on_all() -> None:
    long = [whole(MONDAY, 7, str(number)) for number in range(2)]
    made = cells(*long, whole(WEEK[2], 2, "third"), entry(600, 30, "talk", WEEK[3]))
    assert [cell.more for cell in made] == [0, 0, 1, 2, 0, 0, 0]
    assert all("third" not in drawn(cell)[0] for cell in made)


@given(st.lists(st.tuples(st.integers(-3, 8), st.integers(0, 6), st.integers(0, 4 * DAY)), max_size=20))
def test_every_day_of_a_month_has_room_for_what_it_shows(given_: list[tuple[int, int, int]]) -> None:
    entries = []
    for number, (begins, days, minutes) in enumerate(given_):
        day = MONDAY + datetime.timedelta(days=begins)
        entries.append(whole(day, days, str(number)) if days else entry(600, minutes, str(number), day))
    there = by_day(WEEK, entries)
    made = week(WEEK, there, 3)
    for place, cell in enumerate(made):
        assert len(cell.lines) + len(cell.entries) + bool(cell.more) <= 3
        covering = sum(
            1 for other in made for bar in other.lines if bar and bar.column <= place < bar.column + bar.span
        )
        assert covering + len(cell.entries) + cell.more == len(there[cell.day])


def test_weeks_begin_as_the_house_has_it() -> None:
    assert week_start(MONDAY, 6) == datetime.date(2026, 11, 22)


def test_views_and_their_names() -> None:
    month = shown("month", MONDAY, 0)
    assert (month.days[0], month.days[-1], len(month.days) % 7) == (
        datetime.date(2026, 10, 26),
        datetime.date(2026, 12, 6),
        0,
    )
    assert title(shown("week", datetime.date(2026, 12, 31), 0), "en") == "Dec 2026 – Jan 2027"
    assert title(shown("day", MONDAY, 0), "en") == "Monday, 23 November 2026"
    assert title(shown("day", MONDAY, 0), "de") == "Montag, 23. November 2026"
    assert week_words(shown("week", MONDAY, 0)) == "Week 48"


@pytest.mark.parametrize("day", [datetime.date(2024, 1, 31), datetime.date(2199, 12, 31), datetime.date(1971, 1, 1)])
def test_one_can_always_go_on(day: datetime.date) -> None:
    for view in ("day", "week", "month", "agenda"):
        for by in (-1, 1):
            assert shown(view, shown(view, day, 0).step(by), 0).days
    assert shown("month", datetime.date(2024, 1, 31), 0).step(1) == datetime.date(2024, 2, 29)
