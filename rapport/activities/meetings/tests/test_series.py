"""Series: the same time on the clocks, one that is different, this and the following ones, all of them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.activities import reminders
from rapport.activities.meetings.actions import (
    ALL,
    FOLLOWING,
    ONE,
    MeetingInput,
    Which,
    call_off_meeting,
    change_meeting,
    move_meeting,
    plan_meeting,
)
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import next_occurrence, occurrences
from rapport.core.changes.undo import undo
from rapport.core.errors import NotFound
from rapport.core.events.models import Act
from rapport.core.notices.models import Notice
from rapport.lib import clock
from tests import house

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def local(
    year: int, month: int, day: int, hour: int = 10, minute: int = 0, zone: str = "Europe/Berlin"
) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC)


def weekly(by: Actor, rule: str = "FREQ=WEEKLY;BYDAY=TU", **more: object) -> Meeting:
    values = {"starts_at": local(2026, 11, 24), "zone": "Europe/Berlin", "repeat": rule, **more}
    return plan_meeting(by, MeetingInput("Jour fixe", **values))  # type: ignore[arg-type]


def all_of(start: datetime.datetime, end: datetime.datetime) -> list[datetime.datetime]:
    """When anything takes place, as read afresh."""
    found = [one.starts_at for row in Meeting.objects.filter(live=True) for one in occurrences(row, start, end)]
    return sorted(found)


def days_of(start: datetime.date, end: datetime.date) -> list[str]:
    begin, stop = (datetime.datetime.combine(day, datetime.time(), BERLIN) for day in (start, end))
    return [f"{moment.astimezone(BERLIN):%d.%m. %H:%M}" for moment in all_of(begin, stop)]


DECEMBER = (datetime.date(2026, 11, 23), datetime.date(2026, 12, 19))


def test_it_works(ada: Actor) -> None:
    weekly(ada)
    assert days_of(*DECEMBER) == ["24.11. 10:00", "01.12. 10:00", "08.12. 10:00", "15.12. 10:00"]


def test_the_time_on_the_clocks_stays_when_these_are_changed(ada: Actor) -> None:
    weekly(ada, starts_at=local(2027, 3, 16), rule="FREQ=WEEKLY")
    found = all_of(local(2027, 3, 15, 0), local(2027, 4, 7, 0))
    assert [moment.hour for moment in found] == [9, 9, 8, 8]  # in UTC
    assert {moment.astimezone(BERLIN).hour for moment in found} == {10}


def test_a_time_that_clocks_skip_counts_as_that_much_later(ada: Actor) -> None:
    weekly(ada, starts_at=local(2027, 3, 27, 2, 30), rule="FREQ=DAILY")
    found = [moment.astimezone(BERLIN) for moment in all_of(local(2027, 3, 27, 0), local(2027, 3, 30, 0))]
    assert [f"{moment:%d %H:%M}" for moment in found] == ["27 02:30", "28 03:30", "29 02:30"]


def test_one_over_midnight_is_found_on_both_days(ada: Actor) -> None:
    weekly(ada, starts_at=local(2026, 11, 24, 23), minutes=120, rule="FREQ=DAILY;COUNT=3")
    assert len(days_of(datetime.date(2026, 11, 25), datetime.date(2026, 11, 26))) == 2
    assert len(days_of(datetime.date(2026, 11, 27), datetime.date(2026, 11, 28))) == 1
    assert Meeting.objects.get().runs_until == local(2026, 11, 27, 1)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "Pacific/Pago_Pago"])
def test_the_day_of_a_series_is_that_of_its_zone(ada: Actor, zone: str) -> None:
    start = local(2026, 11, 24, 23, 30, zone)
    meeting = weekly(ada, starts_at=start, zone=zone, rule="FREQ=WEEKLY;BYDAY=TU")
    assert meeting.starts_at == start
    assert all_of(start, start + 8 * DAY) == [start, start + 7 * DAY]


def test_a_series_begins_on_a_day_that_fits(ada: Actor) -> None:
    assert weekly(ada, rule="FREQ=WEEKLY;BYDAY=TH").starts_at == local(2026, 11, 26)


def test_one_is_moved_and_comes_back(ada: Actor) -> None:
    meeting = weekly(ada)
    which = Which(datetime.date(2026, 12, 1), ONE)
    moved = move_meeting(ada, meeting.pk, local(2026, 12, 2, 14), 30, version=1, which=which)
    assert (moved.series_id, moved.series_on, moved.repeat) == (meeting.pk, which.on, "")
    assert days_of(*DECEMBER) == ["24.11. 10:00", "02.12. 14:00", "08.12. 10:00", "15.12. 10:00"]
    with pytest.raises(NotFound):
        move_meeting(ada, meeting.pk, local(2026, 12, 3), 30, which=which)
    undo(ada, Act.objects.latest("pk").pk)
    assert days_of(*DECEMBER) == ["24.11. 10:00", "01.12. 10:00", "08.12. 10:00", "15.12. 10:00"]


def test_this_and_the_following_are_moved(ada: Actor) -> None:
    meeting = weekly(ada, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=4")
    which = Which(datetime.date(2026, 12, 8), FOLLOWING)
    move_meeting(ada, meeting.pk, local(2026, 12, 9, 14), 30, which=which)
    assert days_of(*DECEMBER) == ["24.11. 10:00", "01.12. 10:00", "09.12. 14:00", "16.12. 14:00"]
    assert sorted(Meeting.objects.values_list("repeat", flat=True)) == [
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261207",
        "FREQ=WEEKLY;BYDAY=WE;COUNT=2",
    ]
    undo(ada, Act.objects.latest("pk").pk)
    assert days_of(*DECEMBER) == ["24.11. 10:00", "01.12. 10:00", "08.12. 10:00", "15.12. 10:00"]


def test_all_are_moved_by_as_much(ada: Actor) -> None:
    meeting = weekly(ada)
    call_off_meeting(ada, meeting.pk, which=Which(datetime.date(2026, 12, 1), ONE))
    move_meeting(ada, meeting.pk, local(2026, 12, 9, 8), 30, which=Which(datetime.date(2026, 12, 8), ALL))
    assert days_of(*DECEMBER) == ["25.11. 08:00", "09.12. 08:00", "16.12. 08:00"]
    assert Meeting.objects.count() == 1


def test_from_the_first_on_means_all(ada: Actor) -> None:
    meeting = weekly(ada)
    change_meeting(ada, meeting.pk, {"title": "New"}, which=Which(datetime.date(2026, 11, 24), FOLLOWING))
    assert list(Meeting.objects.values_list("title", flat=True)) == ["New"]


def test_called_off_from_a_day_on(ada: Actor) -> None:
    meeting = weekly(ada)
    call_off_meeting(ada, meeting.pk, which=Which(datetime.date(2026, 12, 8), FOLLOWING))
    assert days_of(*DECEMBER) == ["24.11. 10:00", "01.12. 10:00"]


def test_the_next_one_passes_those_that_are_over_or_called_off(ada: Actor) -> None:
    meeting = weekly(ada)
    call_off_meeting(ada, meeting.pk, which=Which(datetime.date(2026, 12, 1), ONE))
    meeting.refresh_from_db()
    coming = next_occurrence(meeting, local(2026, 11, 24, 12))
    assert coming is not None and coming.on == datetime.date(2026, 12, 8)
    running = next_occurrence(meeting, local(2026, 11, 24, 10, 10))
    assert running is not None and running.on == datetime.date(2026, 11, 24)


@given(
    st.datetimes(datetime.datetime(2024, 1, 1), datetime.datetime(2027, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
    st.integers(0, 3 * 24 * 60),
    st.integers(-3, 400),
)
def test_whatever_overlaps_a_range_is_found(start: datetime.datetime, zone: str, minutes: int, ahead: int) -> None:
    begins = start.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC)
    meeting = Meeting(starts_at=begins, minutes=minutes, zone=zone, repeat="FREQ=DAILY", skipped=[])
    edge = begins + ahead * DAY
    whole = list(occurrences(meeting, begins - 5 * DAY, begins + 420 * DAY))
    assert whole == sorted(whole, key=lambda one: one.starts_at)
    inside = [
        one
        for one in whole
        if one.starts_at < edge + DAY and (one.ends_at > edge or one.starts_at == one.ends_at >= edge)
    ]
    assert list(occurrences(meeting, edge, edge + DAY)) == inside


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.filter(kind="reminder").order_by("pk").values_list("user__name", "text"))


def test_each_meeting_of_a_series_reminds_once(ada: Actor) -> None:
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("own")))
    eve = house.actor("Eve", house.role("Eve", levels=house.levels("own")))
    guests = tuple({"kind": "user", "id": one.user_id, "answer": reply} for one, reply in ((bob, ""), (eve, "no")))
    with clock.frozen(local(2026, 11, 23)) as stopped:
        weekly(ada, rule="FREQ=WEEKLY;COUNT=2", reminder="10", attendees=guests)
        for expected in (0, 2, 4, 4):
            reminders.tell_due(lambda _done, _of: None)
            reminders.tell_due(lambda _done, _of: None)
            assert len(told()) == expected
            stopped.moment = max(stopped.moment, local(2026, 11, 17, 9, 51)) + 7 * DAY
    assert told()[0] == ("Ada", "Jour fixe, Tue 24 Nov, 09:00–09:30")
    assert {name for name, _text in told()} == {"Ada", "Bob"}


def test_one_that_was_called_off_reminds_nobody(ada: Actor) -> None:
    with clock.frozen(local(2026, 11, 23)) as stopped:
        meeting = weekly(ada, reminder="60")
        call_off_meeting(ada, meeting.pk, which=Which(datetime.date(2026, 11, 24), ONE))
        stopped.moment = local(2026, 11, 24, 9, 30)
        reminders.tell_due(lambda _done, _of: None)
    assert told() == []
