"""Tasks: due dates on the clocks of whoever does them, completing, repeating, checklists, who sees them."""

import datetime
from dataclasses import replace

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.models import ActivityLink, Task
from rapport.activities.tasks import queries
from rapport.activities.tasks.actions import (
    TaskInput,
    add_step,
    add_task,
    check_step,
    complete_task,
    move_step,
    remove_step,
    reopen_task,
    reschedule_task,
)  # fmt: skip
from rapport.activities.tasks.due import Due, on_clock
from rapport.core.access.pages import few_visible
from rapport.core.access.visible import visible_to
from rapport.core.changes.undo import undo
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry, saving
from rapport.lib import clock
from tests import house

NOON = datetime.datetime(2026, 3, 28, 11, tzinfo=datetime.UTC)  # 12 in Berlin, the day before clocks go forward
TODAY, DAY = NOON.date(), datetime.timedelta(days=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
TASK = registry.get("task")


@pytest.fixture
def ann(ada: Actor) -> Actor:
    """Somebody in Berlin who sees what is hers."""
    return replace(house.actor("Ann", house.role("Member", levels=house.levels("own"))), time_zone=BERLIN)


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type]


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def test_it_works(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    with clock.frozen(NOON):
        task = add_task(ada, TaskInput("Call Mia", (mia.pk,), Due(TODAY + DAY), priority="high"))
        done = complete_task(ada, task.pk)
    assert done.status == "done" and done.done_at == NOON
    assert set(ActivityLink.objects.filter(activity=task.pk).values_list("record", flat=True)) == {mia.pk, hexa.pk}
    assert list(Event.objects.filter(subject=task.pk).order_by("pk").values_list("kind", flat=True)) == [
        "task.created", "task.completed", "task.updated",
    ]  # fmt: skip
    mia.refresh_from_db()
    assert mia.last_activity_at == NOON


def test_a_day_ends_on_the_clocks_of_who_does_it(ada: Actor, ann: Actor) -> None:
    far = house.actor("Joe", house.role("All", levels=house.levels()))
    User.objects.filter(pk=far.user_id).update(time_zone=NEW_YORK)
    User.objects.filter(pk=ann.user_id).update(time_zone="Asia/Tokyo")
    with clock.frozen(NOON):
        hers = add_task(ann, TaskInput("Ours", due=Due(TODAY)))
        his = add_task(ada, TaskInput("His", due=Due(TODAY), owner=far.user_id))
    assert hers.due_by == utc(2026, 3, 28, 23)  # midnight in Berlin, still winter
    assert his.due_by == utc(2026, 3, 29, 4)
    saving.update(ada, TASK, his.pk, {"owner": ann.user_id})
    assert fresh(his).due_by == utc(2026, 3, 28, 15)  # Ann has moved to Tokyo


def test_a_day_of_23_hours_ends_an_hour_sooner(ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(ann, TaskInput("Sunday", due=Due(TODAY + DAY)))
        assert task.due_by == utc(2026, 3, 29, 22)
    with clock.frozen(utc(2026, 3, 29, 21, 59)):
        assert queries.group_of(task, BERLIN) == "today" and queries.overdue_count(ann) == 0
    with clock.frozen(utc(2026, 3, 29, 22)):
        assert queries.group_of(task, BERLIN) == "overdue" and queries.overdue_count(ann) == 1


def test_a_time_brings_its_day_and_a_new_day_keeps_the_time(ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(ann, TaskInput("Call", due=Due(at=utc(2026, 3, 28, 23, 30))))
        assert task.due_on == TODAY + DAY  # half past midnight in Berlin
        reschedule_task(ann, task.pk, Due(TODAY, on_clock(TODAY, datetime.time(15), BERLIN)))
        saving.update(ann, TASK, task.pk, {"due_on": TODAY + DAY})
    moved = fresh(task)
    assert (moved.due_on, moved.due_at) == (TODAY + DAY, utc(2026, 3, 29, 13))  # 15:00 in summer time
    saving.update(ann, TASK, task.pk, {"due_on": None})
    assert (fresh(task).due_at, fresh(task).due_by) == (None, None)


def test_completing_what_repeats_makes_the_next_one_and_undo_takes_both_back(ann: Actor) -> None:
    mia = house.a_person(ann)
    with clock.frozen(NOON):
        at = on_clock(TODAY, datetime.time(9), BERLIN)
        task = add_task(ann, TaskInput("Report", (mia.pk,), Due(TODAY, at), repeat="weekly", reminder="1h"))
        add_step(ann, task.pk, "Figures")
        check_step(ann, task.pk, 1, done=True)
        complete_task(ann, task.pk)
        again = Task.objects.exclude(pk=task.pk).get()
        assert (again.due_on, again.due_at) == (TODAY + 7 * DAY, utc(2026, 4, 4, 7))  # nine o'clock, in summer time
        assert again.remind_at == utc(2026, 4, 4, 6)
        assert again.checklist == [{"id": 1, "text": "Figures", "done": False}]
        assert ActivityLink.objects.filter(activity=again.pk, record=mia.pk).exists()
        assert not undo(ann, Act.objects.latest("pk").pk).left
    assert fresh(task).status == "open" and not fresh(again).live


def test_completing_twice_is_completing_once(ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(ann, TaskInput("Water", due=Due(TODAY), repeat="daily"))
        for _turn in range(2):
            complete_task(ann, task.pk)
        reopen_task(ann, task.pk)
        complete_task(ann, task.pk)
    assert Task.objects.filter(live=True).count() == 2


def test_what_repeats_and_was_late_does_not_come_back_in_the_past(ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(ann, TaskInput("Post", due=Due(TODAY - 10 * DAY), repeat="daily", repeat_every=3))
        complete_task(ann, task.pk)
        again = Task.objects.exclude(pk=task.pk).get()
    assert again.due_on == TODAY + 2 * DAY


def test_it_repeats_from_completion_and_until_its_last_day(ann: Actor) -> None:
    with clock.frozen(NOON):
        task = add_task(
            ann,
            TaskInput(
                "Ask", due=Due(TODAY - 10 * DAY), repeat="weekly", repeat_from="done", repeat_until=TODAY + 8 * DAY
            ),
        )
        complete_task(ann, task.pk)
        again = Task.objects.exclude(pk=task.pk).get()
        assert again.due_on == TODAY + 7 * DAY
    with clock.frozen(NOON + 7 * DAY):
        complete_task(ann, again.pk)
    assert Task.objects.count() == 2


def test_the_31st_comes_back_after_a_short_month(ann: Actor) -> None:
    with clock.frozen(utc(2027, 1, 31, 12)):
        task = add_task(ann, TaskInput("Close the month", due=Due(datetime.date(2027, 1, 31)), repeat="monthly"))
        days = []
        for _month in range(3):
            complete_task(ann, task.pk)
            task = Task.objects.order_by("-pk")[0]
            days.append(task.due_on)
    assert days == [datetime.date(2027, 2, 28), datetime.date(2027, 3, 31), datetime.date(2027, 4, 30)]


def test_what_repeats_needs_a_date_and_a_reminder_does_too(ann: Actor) -> None:
    for wrong in (TaskInput("x", repeat="daily"), TaskInput("x", reminder="1h"), TaskInput("x", reminder="moment")):
        with pytest.raises(Invalid):
            add_task(ann, wrong)
    with pytest.raises(Invalid):
        add_task(ann, TaskInput(""))


def test_two_who_tick_a_checklist_both_count(ann: Actor) -> None:
    task = add_task(ann, TaskInput("Move"))
    for text in ("Boxes", "Van", "Keys"):
        add_step(ann, task.pk, text)
    check_step(ann, task.pk, 1, done=True)
    check_step(ann, task.pk, 2, done=True)
    move_step(ann, task.pk, 3, 0)
    remove_step(ann, task.pk, 2)
    assert fresh(task).checklist == [
        {"id": 3, "text": "Keys", "done": False},
        {"id": 1, "text": "Boxes", "done": True},
    ]
    with pytest.raises(NotFound):
        check_step(ann, task.pk, 2, done=True)
    assert not undo(ann, Act.objects.latest("pk").pk).left
    assert [step["text"] for step in fresh(task).checklist] == ["Keys", "Boxes", "Van"]


def test_a_task_about_nothing_is_its_owners_and_the_teams(ada: Actor) -> None:
    north, south = house.team("North"), house.team("South")
    member = house.role("Member", levels=house.levels("team"))
    ann, bob, eve = (house.actor(name, member, its) for name, its in (("Ann", north), ("Bob", north), ("Eve", south)))
    task = add_task(ann, TaskInput("Tidy up"))
    sees = [visible_to(actor, TASK).filter(pk=task.pk).exists() for actor in (ann, bob, eve, ada)]
    assert sees == [True, True, False, True]
    assert [task.pk in (few_visible(actor, TASK) or ()) for actor in (ann, bob, eve)] == [True, True, False]
    with pytest.raises(NotFound):
        complete_task(eve, task.pk)
    ray = house.actor("Ray", house.role("Reader", levels={"*": {"view": "team"}}), north)
    with pytest.raises(NotAllowed):
        complete_task(ray, task.pk)


def test_the_calendar_gets_days_and_times(ann: Actor) -> None:
    with clock.frozen(NOON):
        day = add_task(ann, TaskInput("Day", due=Due(TODAY)))
        late = add_task(ann, TaskInput("Time", due=Due(at=utc(2026, 3, 28, 22, 30))))
        add_task(ann, TaskInput("Next", due=Due(TODAY + DAY)))
        add_task(ann, TaskInput("Never"))
        found = queries.tasks_between(ann, utc(2026, 3, 27, 23), utc(2026, 3, 28, 23))
    assert {task.pk for task in found} == {day.pk, late.pk}


def test_what_repeats_can_be_completed_when_whom_it_is_about_is_in_the_trash(ada: Actor) -> None:
    dora, mia = house.a_person(ada, "Dora"), house.a_person(ada, "Mia")
    with clock.frozen(NOON):
        task = add_task(ada, TaskInput("Call", (dora.pk, mia.pk), Due(TODAY), repeat="weekly"))
        saving.trash(ada, registry.get("person"), [dora.pk])
        done = complete_task(ada, task.pk)
    assert done.status == "done"
    following = Task.objects.get(pk=fresh(task).next_id)
    assert set(ActivityLink.objects.filter(activity=following.pk).values_list("record", flat=True)) == {mia.pk}
