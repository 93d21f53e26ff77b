"""Meetings, series and reminders where clocks are changed and at midnight, and what would go on without an end."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.accounts.actor import Actor
from rapport.activities import reminders
from rapport.activities.meetings.actions import MeetingInput, change_meeting, plan_meeting
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import occurrences
from rapport.activities.meetings.time_words import day_words
from rapport.activities.models import Task
from rapport.activities.tasks.actions import TaskInput, add_task, complete_task
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.repeating import Repeat
from rapport.core.errors import Invalid
from rapport.core.fields import Locale
from rapport.core.notices.models import Notice
from rapport.lib import clock
from tests.world import World

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
# zone, the day before clocks go forward, the day before they go back
ZONES = [
    ("Europe/Berlin", datetime.date(2027, 3, 27), datetime.date(2027, 10, 30)),
    ("America/New_York", datetime.date(2027, 3, 13), datetime.date(2027, 11, 6)),
]
CHANGES = [(zone, day) for zone, spring, autumn in ZONES for day in (spring, autumn)]


def local(day: datetime.date, hour: int, minute: int, zone: str) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), ZoneInfo(zone)).astimezone(datetime.UTC)


def daily(by: Actor, day: datetime.date, hour: int, minute: int, zone: str, **more: object) -> Meeting:
    begins = local(day, hour, minute, zone)
    values = {"minutes": 30, "zone": zone, "repeat": "FREQ=DAILY;COUNT=4", **more}
    return plan_meeting(by, MeetingInput("Daily", begins, **values))  # type: ignore[arg-type]


def clocks(meeting: Meeting, zone: str) -> list[str]:
    found = occurrences(meeting, meeting.starts_at - DAY, meeting.starts_at + 6 * DAY)
    return [f"{one.starts_at.astimezone(ZoneInfo(zone)):%d %H:%M}" for one in found]


def let_pass(start: datetime.datetime, days: int, minutes: int = 30) -> list[datetime.datetime]:
    """Lets time pass, with a worker that looks every so many minutes; when somebody was told."""
    told = []
    with clock.frozen(start) as stopped:
        while stopped.moment < start + days * DAY:
            if reminders.tell_due(lambda _done, _of: None):
                told.append(stopped.moment)
            stopped.moment += datetime.timedelta(minutes=minutes)
    return told


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_it_works(world: World, zone: str, day: datetime.date) -> None:
    meeting = daily(world.actor("ann"), day, 9, 15, zone)
    assert [moment[3:] for moment in clocks(meeting, zone)] == ["09:15"] * 4
    found = list(occurrences(meeting, meeting.starts_at - DAY, meeting.starts_at + 6 * DAY))
    assert {one.ends_at - one.starts_at for one in found} == {HOUR / 2}
    assert found[1].starts_at - found[0].starts_at != DAY  # the night was longer, or shorter


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize(("reminder", "before"), [("0", HOUR * 0), ("60", HOUR), ("1440", DAY)])
def test_each_meeting_of_a_series_is_told_once_over_the_night_of_the_change(
    world: World, zone: str, day: datetime.date, reminder: str, before: datetime.timedelta
) -> None:
    with clock.frozen(local(day, 0, 0, zone) - 3 * DAY):
        daily(world.actor("ann"), day, 9, 0, zone, reminder=reminder)
    told = let_pass(local(day, 0, 0, zone) - 2 * DAY, 7)
    # A day before is at the same time of the day, an hour before an hour that passes.
    wanted = [local(day + number * DAY - (before if before == DAY else HOUR * 0), 9, 0, zone) for number in range(4)]
    assert told == [moment - (before if before != DAY else HOUR * 0) for moment in wanted]
    texts = list(Notice.objects.order_by("pk").values_list("text", flat=True))
    assert len(set(texts)) == 4  # and of each by its own day
    world.ann.refresh_from_db()
    assert [f" {(day + number * DAY).day} " in text for number, text in enumerate(texts)] == [True] * 4


@pytest.mark.parametrize(("zone", "day"), [(zone, autumn) for zone, _spring, autumn in ZONES])
def test_in_the_hour_that_comes_twice_it_takes_place_and_reminds_once(
    world: World, zone: str, day: datetime.date
) -> None:
    hour = 2 if zone == "Europe/Berlin" else 1
    with clock.frozen(local(day, 0, 0, zone) - DAY):
        meeting = daily(world.actor("ann"), day, hour, 30, zone, reminder="0")
    assert clocks(meeting, zone) == [f"{(day + number * DAY).day:02} {hour:02}:30" for number in range(4)]
    assert len(let_pass(local(day, 0, 0, zone), 5)) == 4


@pytest.mark.parametrize(("zone", "day"), [(zone, spring) for zone, spring, _autumn in ZONES])
def test_in_the_hour_that_is_left_out_it_takes_place_after_it(world: World, zone: str, day: datetime.date) -> None:
    with clock.frozen(local(day, 0, 0, zone) - DAY):
        meeting = daily(world.actor("ann"), day, 2, 30, zone, reminder="0")
    assert [moment[3:] for moment in clocks(meeting, zone)] == ["02:30", "03:30", "02:30", "02:30"]
    assert len(let_pass(local(day, 0, 0, zone), 5)) == 4


@pytest.mark.parametrize(("zone", "day"), [*CHANGES, ("Africa/Cairo", datetime.date(2027, 4, 29))])
def test_at_midnight_it_is_on_its_own_day(world: World, zone: str, day: datetime.date) -> None:
    meeting = daily(world.actor("ann"), day, 0, 0, zone, reminder="0")
    on = [one.on for one in occurrences(meeting, meeting.starts_at - DAY, meeting.starts_at + 6 * DAY)]
    assert on == [day + number * DAY for number in range(4)]
    times = {moment[3:] for moment in clocks(meeting, zone)}
    assert times == ({"00:00", "01:00"} if zone == "Africa/Cairo" else {"00:00"})  # there clocks go forward at midnight
    late = daily(world.actor("ann"), day, 23, 45, zone)
    ends = [one.ends_at.astimezone(ZoneInfo(zone)) for one in occurrences(late, late.starts_at, late.starts_at + DAY)]
    assert ends[0].date() == day + DAY


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_whole_days_stay_whole(world: World, zone: str, day: datetime.date) -> None:
    day -= DAY  # over the night of the change
    begins = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    meeting = plan_meeting(
        world.actor("ann"), MeetingInput("Fair", begins, 3 * 1440, zone=zone, is_all_day=True, reminder="1440")
    )
    world.ann.time_zone = zone
    world.ann.save()
    text = world.client("ann").get(f"/calendar?view=month&on={day}").content.decode()
    assert meeting.minutes == 3 * 1440 and meeting.remind_next == local(day - DAY, 9, 0, zone)
    spans = [part.split('"')[0] for part in text.split('data-span="')[1:]]
    assert sum(map(int, spans)) == 3


def test_a_series_that_nobody_told_for_years_tells_the_last_day_alone(world: World) -> None:
    begins = local(datetime.date(2027, 1, 1), 9, 0, "UTC")
    with clock.frozen(begins - DAY):
        plan_meeting(world.actor("ann"), MeetingInput("Daily", begins, reminder="0", repeat="FREQ=DAILY"))
    with clock.frozen(begins + 1000 * DAY + HOUR):
        told = [reminders.tell_due(lambda _done, _of: None) for _minute in range(3)]
    assert told == [1, 1, 0]  # the one that waited, and that of the last day
    assert Meeting.objects.get().remind_next == begins + 1001 * DAY


@pytest.mark.parametrize("until", ["20261123", "22010101", "99981231"])
def test_a_series_ends_after_it_begins_and_before_the_end_of_time(world: World, until: str) -> None:
    ann = world.actor("ann")
    begins = local(datetime.date(2026, 11, 24), 9, 0, "UTC")
    with pytest.raises(Invalid) as refused:
        plan_meeting(ann, MeetingInput("Daily", begins, repeat=f"FREQ=DAILY;UNTIL={until}"))
    assert "first day and the year 2200" in refused.value.message
    meeting = plan_meeting(ann, MeetingInput("Daily", begins, repeat="FREQ=DAILY;UNTIL=20261124"))
    with pytest.raises(Invalid):
        change_meeting(ann, meeting.pk, {"repeat": f"FREQ=WEEKLY;UNTIL={until}"})


@pytest.mark.parametrize("text", ["FREQ=DAILY;COUNT=731", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=100"])
def test_a_series_without_measure_is_refused(world: World, text: str) -> None:
    with pytest.raises(Invalid):
        plan_meeting(world.actor("ann"), MeetingInput("Daily", clock.now(), repeat=text))


def test_a_task_never_repeats_past_what_can_be_planned(world: World) -> None:
    ann, today = world.actor("ann"), datetime.date(2026, 11, 24)
    with pytest.raises(Invalid) as refused:
        add_task(ann, TaskInput("x", due=Due(today), repeat="daily", repeat_until=datetime.date(9999, 12, 31)))
    assert "repeat_until" in refused.value.errors
    rare = add_task(ann, TaskInput("Comet", due=Due(today), repeat="yearly", repeat_every=999))
    complete_task(ann, rare.pk)
    assert Task.objects.count() == 1  # it is done, and the next one would be too far away


@pytest.mark.parametrize("rule", ["daily", "weekdays", "weekly", "monthly", "yearly"])
@pytest.mark.parametrize("every", [1, 3, 12])
@pytest.mark.parametrize("day", [datetime.date(1900, 1, 31), datetime.date(2024, 2, 29), datetime.date(2026, 11, 21)])
def test_what_repeats_is_found_at_once_however_long_ago_it_began(rule: str, every: int, day: datetime.date) -> None:
    repeat = Repeat(rule, every)
    for ahead in (0, 1, 5, 40, 400, 46_000):
        wanted = day + ahead * DAY
        slow = next(found for step in range(1, 50_000) if (found := repeat._step(day, step, day.day)) >= wanted)
        assert repeat.after(day, not_before=wanted) == slow


def test_which_year_it_is_say_the_clocks_of_the_reader() -> None:
    eve = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)  # in Berlin it is the new year already
    with clock.frozen(eve):
        assert day_words(datetime.date(2027, 1, 1), Locale(time_zone="Europe/Berlin")) == "Fri 1 Jan"
        assert day_words(datetime.date(2027, 1, 1), Locale(time_zone="UTC")) == "Fri 1 Jan 2027"
