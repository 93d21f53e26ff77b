"""What comes again comes once each time: where clocks change, after a pause, with many workers, with a wrong clock."""

import datetime
from collections.abc import Iterator

import pytest

from rapport.core.jobs import cron, schedules
from rapport.core.jobs.models import Job, Schedule
from rapport.core.jobs.schedules import Declared
from rapport.lib import clock

UTC = datetime.UTC


def occurrences(text: str, zone: str, begin: str, end: str) -> list[str]:
    """All occurrences between two moments (UTC), as the clocks of the zone show them."""
    moment, last = (datetime.datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begin, end))
    found = []
    while (moment := cron.next_after(text, zone, moment)) < last:
        found.append(moment.astimezone(clock.zone_named(zone)).strftime("%d %H:%M%z"))
    return found


@pytest.fixture
def declared() -> Iterator[dict[str, Declared]]:
    before = dict(schedules._declared)
    schedules._declared.clear()
    yield schedules._declared
    schedules._declared.clear()
    schedules._declared.update(before)


def test_it_works() -> None:
    assert occurrences("0 3 * * 1-5", "Europe/Berlin", "2026-06-05 00:00", "2026-06-09 12:00") == [
        "05 03:00+0200", "08 03:00+0200", "09 03:00+0200",
    ]  # fmt: skip


def test_a_time_that_the_day_leaves_out_comes_once() -> None:
    found = occurrences("30 2 * * *", "Europe/Berlin", "2026-03-28 00:00", "2026-03-31 00:00")
    assert found == ["28 02:30+0100", "29 03:00+0200", "30 02:30+0200"]


def test_a_time_that_the_day_has_twice_comes_once() -> None:
    found = occurrences("30 2 * * *", "Europe/Berlin", "2026-10-24 00:00", "2026-10-27 00:00")
    assert found == ["24 02:30+0200", "25 02:30+0200", "26 02:30+0100"]
    found = occurrences("30 1 * * *", "America/New_York", "2026-10-31 00:00", "2026-11-03 00:00")
    assert found == ["31 01:30-0400", "01 01:30-0400", "02 01:30-0500"]


@pytest.mark.parametrize(
    ("begin", "end"), [("2026-03-28 22:00", "2026-03-29 04:00"), ("2026-10-24 22:00", "2026-10-25 04:00")]
)
def test_what_runs_at_every_hour_goes_on_evenly(begin: str, end: str) -> None:
    assert len(occurrences("*/30 * * * *", "Europe/Berlin", begin, end)) == 11
    assert len(occurrences("every 1800", "Europe/Berlin", begin, end)) == 11


def test_workers_everywhere_come_to_the_same_moments() -> None:
    one = cron.next_after("every 900", "UTC", datetime.datetime(2026, 1, 1, 10, 3, 7, 5, UTC))
    assert one == datetime.datetime(2026, 1, 1, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "0 3", "61 * * * *", "every", "every 0", "every x", "0 0 30 2 *", "0 3 * * * * * *"]
)
def test_what_is_no_schedule_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        cron.next_after(text, "UTC", clock.now())


@pytest.mark.django_db
def test_rows_follow_the_declarations(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("0 3 * * *", "t.a")
    declared["b"] = Declared("every 60", "t.b")
    schedules.sync()
    Schedule.objects.filter(key="a").update(is_enabled=False)
    before = Schedule.objects.get(key="b").next_run_at
    declared["a"] = Declared("0 4 * * *", "t.a")
    declared["b"] = Declared("every 60", "t.b2")
    schedules.sync()
    schedules.sync()
    row = Schedule.objects.get(key="a")
    assert (row.cron, row.is_enabled, row.next_run_at.hour) == ("0 4 * * *", False, 4)
    assert Schedule.objects.get(key="b").kind == "t.b2" and Schedule.objects.get(key="b").next_run_at == before
    del declared["b"]
    schedules.sync()
    assert not Schedule.objects.filter(key="b").exists()


@pytest.mark.django_db
def test_what_was_missed_is_done_once(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("0 3 * * *", "t.a", args={"x": 1})
    with clock.frozen(datetime.datetime(2026, 1, 1, 12, tzinfo=UTC)) as stopped:
        schedules.sync()
        assert schedules.tick() == 0
        stopped.advance(days=5)
        assert schedules.tick() == 1 and schedules.tick() == 0
        job = Job.objects.get()
        assert job.kind == "t.a" and job.args["x"] == 1 and job.user_id is None
        assert Schedule.objects.get().next_run_at == datetime.datetime(2026, 1, 7, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_two_workers_do_not_enqueue_one_occurrence_twice(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("every 60", "t.a")
    with clock.frozen(clock.now()) as stopped:
        schedules.sync()
        stopped.advance(seconds=61)
        first, second = Schedule.objects.get(), Schedule.objects.get()
        assert schedules._occur(first, clock.now()) and not schedules._occur(second, clock.now())
        assert Job.objects.count() == 1
        Job.objects.update(state="done")
        assert not schedules._occur(second, clock.now()) and Job.objects.count() == 1


@pytest.mark.django_db
def test_occurrences_do_not_pile_up_where_nobody_works(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("every 60", "t.a")
    with clock.frozen(clock.now()) as stopped:
        schedules.sync()
        for _number in range(3):
            stopped.advance(seconds=60)
            assert schedules.tick() == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_schedule_that_is_off_does_not_run(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("every 60", "t.a")
    with clock.frozen(clock.now()) as stopped:
        schedules.sync()
        Schedule.objects.update(is_enabled=False)
        stopped.advance(days=1)
        assert schedules.tick() == 0


@pytest.mark.django_db
def test_a_clock_that_goes_back_an_hour_brings_nothing_twice(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("0 3 * * *", "t.a")
    with clock.frozen(datetime.datetime(2026, 1, 1, 2, 50, tzinfo=UTC)) as stopped:
        schedules.sync()
        stopped.advance(minutes=20)
        assert schedules.tick() == 1
        Job.objects.update(state="done")
        stopped.put(hours=-1)
        for _number in range(20):
            stopped.advance(minutes=10)
            assert schedules.tick() == 0


@pytest.mark.django_db
def test_a_clock_that_was_a_year_ahead_for_a_while_stops_nothing(declared: dict[str, Declared]) -> None:
    declared["a"] = Declared("0 3 * * *", "t.a")
    with clock.frozen(datetime.datetime(2026, 1, 1, 12, tzinfo=UTC)) as stopped:
        schedules.sync()
        stopped.put(days=400)
        assert schedules.tick() == 1  # it looks as if a night had been missed
        stopped.advance(days=1)
        schedules.tick()
        Job.objects.update(state="done")
        stopped.put(days=-400)
        assert schedules.tick() == 0
        stopped.advance(days=1)
        assert schedules.tick() == 1 and Schedule.objects.get().next_run_at.day == 4
