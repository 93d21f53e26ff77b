"""Reminders: at the right moment on the clocks of whoever is reminded, once each, also late and by two workers."""

import datetime
import threading
from dataclasses import replace

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities import reminders
from rapport.activities.consumers import move_due_dates
from rapport.activities.models import Task
from rapport.activities.tasks.actions import TaskInput, add_task, complete_task, reopen_task, reschedule_task
from rapport.activities.tasks.due import Due, on_clock
from rapport.activities.tasks.reminding import REMINDING
from rapport.core.events.consumers import Happening
from rapport.core.events.models import Event
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from rapport.lib import clock
from tests import house

BERLIN = "Europe/Berlin"
NOON = datetime.datetime(2026, 3, 27, 11, tzinfo=datetime.UTC)  # 12 in Berlin, the Friday before clocks go forward
TODAY, DAY = NOON.date(), datetime.timedelta(days=1)
TASK = registry.get("task")


@pytest.fixture
def ann(ada: Actor) -> Actor:
    actor = house.actor("Ann", house.role("Member", levels=house.levels("own")))
    User.objects.filter(pk=actor.user_id).update(time_zone=BERLIN)
    return replace(actor, time_zone=BERLIN)


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type]


def remind() -> int:
    """What a worker does when the schedule comes; how many it told."""
    return reminders.tell_due(lambda _done, _all: None)


def at(day: datetime.date, hour: int, minute: int = 0) -> Due:
    return Due(day, on_clock(day, datetime.time(hour, minute), BERLIN))


def test_it_works(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        task = add_task(ann, TaskInput("Call Mia", due=at(TODAY, 15), reminder="10m"))
        now.put(minutes=169)
        assert remind() == 0
        now.put(minutes=1)
        assert remind() == 1 and remind() == 0
    (notice,) = Notice.objects.all()
    assert (notice.user_id, notice.kind, notice.record_id) == (ann.user_id, "reminder", task.pk)
    assert notice.text == "Call Mia, due 27 Mar 2026, 15:00"


@pytest.mark.parametrize(
    ("due", "reminder", "moment"),
    [
        (at(TODAY + DAY, 9), "at", utc(2026, 3, 28, 8)),
        (at(TODAY + 2 * DAY, 9), "1d", utc(2026, 3, 28, 8)),  # nine o'clock on the day before clocks went forward
        (at(TODAY + 2 * DAY, 3, 30), "1h", utc(2026, 3, 29, 0, 30)),  # an hour of time, over the gap
        (at(TODAY + 2 * DAY, 2, 30), "at", utc(2026, 3, 29, 1, 30)),  # a time that does not exist comes after the gap
        (at(TODAY + DAY, 0, 5), "10m", utc(2026, 3, 27, 22, 55)),  # over midnight
        (Due(TODAY + 2 * DAY), "at", utc(2026, 3, 29, 7)),  # a day without a time: at nine
        (Due(TODAY + 2 * DAY), "1d", utc(2026, 3, 28, 8)),
        (
            at(datetime.date(2026, 10, 25), 2, 30),
            "at",
            utc(2026, 10, 25, 0, 30),
        ),  # twice: the first
        (at(datetime.date(2026, 10, 25), 12), "1d", utc(2026, 10, 24, 10)),
    ],
)
def test_clocks_that_change_and_midnight(ann: Actor, due: Due, reminder: str, moment: datetime.datetime) -> None:
    with clock.frozen(NOON):
        task = add_task(ann, TaskInput("x", due=due, reminder=reminder))
    assert task.remind_at == task.remind_next == moment


def test_after_hours_without_a_server_each_is_told_once(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        for hour in (13, 14, 15):
            add_task(ann, TaskInput(f"At {hour}", due=at(TODAY, hour), reminder="at"))
        now.put(hours=9)
        assert remind() == 3 and remind() == 0
    assert Notice.objects.count() == 3


def test_a_reminder_that_moved_reminds_again_and_only_then(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        task = add_task(ann, TaskInput("x", due=at(TODAY, 13), reminder="at"))
        now.put(hours=1)
        assert remind() == 1
        saving.update(ann, TASK, task.pk, {"title": "y"})
        assert remind() == 0
        reschedule_task(ann, task.pk, at(TODAY, 15))
        assert remind() == 0
        now.put(hours=2)
        assert remind() == 1
    assert Notice.objects.count() == 2


def test_what_is_done_or_in_the_trash_reminds_nobody(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        done, gone, again = (add_task(ann, TaskInput(t, due=at(TODAY, 13), reminder="at")) for t in "abc")
        complete_task(ann, done.pk)
        saving.trash(ann, TASK, [gone.pk])
        complete_task(ann, again.pk)
        reopen_task(ann, again.pk)
        now.put(hours=2)
        remind()
    assert [notice.record_id for notice in Notice.objects.all()] == [again.pk]


def test_a_moment_that_has_passed_reminds_nobody(ann: Actor) -> None:
    with clock.frozen(NOON):
        add_task(ann, TaskInput("x", due=Due(TODAY), reminder="at"))  # nine o'clock is over
        assert remind() == 0


def test_a_new_owner_is_reminded_on_her_own_clocks(ada: Actor, ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(ada, TaskInput("x", due=Due(TODAY + 2 * DAY), reminder="at"))
        assert task.remind_at == utc(2026, 3, 29, 9)
        saving.update(ada, TASK, task.pk, {"owner": ann.user_id})
    assert Task.objects.get().remind_next == utc(2026, 3, 29, 7)


def test_who_moves_to_another_zone_takes_her_days_along(ann: Actor) -> None:
    with clock.frozen(NOON):
        day = add_task(ann, TaskInput("Day", due=Due(TODAY + DAY), reminder="at"))
        time = add_task(ann, TaskInput("Time", due=at(TODAY + DAY, 15), reminder="at"))
        User.objects.filter(pk=ann.user_id).update(time_zone="America/New_York")
        event = Event(kind="user.profile_changed", data={"user": ann.user_id})
        for _delivery in range(2):
            move_due_dates(Happening("move due dates", (event,)))
        day, time = Task.objects.get(pk=day.pk), Task.objects.get(pk=time.pk)
    assert (day.due_by, day.remind_next) == (utc(2026, 3, 29, 4), utc(2026, 3, 28, 13))
    assert time.due_by == time.remind_next == utc(2026, 3, 28, 14)
    assert Event.objects.filter(subject=day.pk, kind="task.updated").count() == 1


def test_a_worker_that_comes_second_tells_nothing(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        add_task(ann, TaskInput("x", due=at(TODAY, 13), reminder="at"))
        now.put(hours=1)
        (row,) = reminders._due(REMINDING)
        assert reminders._tell(REMINDING, row) and not reminders._tell(REMINDING, row)
    assert Notice.objects.count() == 1


def test_it_is_told_as_it_is_at_this_moment(ada: Actor, ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        task = add_task(ada, TaskInput("Call Mia", due=at(TODAY, 13), reminder="at"))
        now.put(hours=1)
        (row,) = reminders._due(REMINDING)
        Task.objects.filter(pk=task.pk).update(title="Call Tom", owner=ann.user_id)
        assert reminders._tell(REMINDING, row)
    (notice,) = Notice.objects.all()
    assert notice.user_id == ann.user_id and notice.text.startswith("Call Tom")


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(ann: Actor) -> None:
    with clock.frozen(NOON) as now:
        for number in range(20):
            add_task(ann, TaskInput(f"Task {number}", due=at(TODAY, 13), reminder="at"))
        now.put(hours=1)
        told: list[int] = []
        start = threading.Barrier(2)

        def worker() -> None:
            try:
                start.wait(timeout=20)
                told.append(remind())
            finally:
                connection.close()

        threads = [threading.Thread(target=worker) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    assert sum(told) == 20 and Notice.objects.count() == 20
