"""Reads across tasks: my tasks by day, the board, the calendar, what is overdue. All by the rights of the actor."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities import subjects
from rapport.activities.models import ActivityLink, Task
from rapport.activities.tasks.models import DOING, DONE, OPEN
from rapport.activities.tasks.object import TASK
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import asked_alike, condition_for, seen_among, titles_seen, visible_to
from rapport.core.objects import registry
from rapport.core.records.known import as_value, listed_later
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole, moment
from rapport.lib.relative_dates import day_bounds

PAGE = 100
MOST_AT_HOME = 9  # eight, and whether there are more
MOST_ON_RECORD = 50
MOST_COUNTED = 99
MOST_DONE = 20  # on the board
MOST_IN_CALENDAR = 1000
WHOSE = {"mine": _("My tasks"), "team": _("My team"), "all": _("Everyone")}
OVERDUE, TODAY, TOMORROW, WEEK, LATER, NO_DATE = "overdue", "today", "tomorrow", "week", "later", "undated"


@dataclass(frozen=True)
class About:
    """A record that a task is about: what it is called and where it is."""

    title: str
    url: str
    kind: str


def tasks_of(actor: Actor, whose: str) -> "QuerySet[Task]":
    """The live tasks of the actor, of the team, or of everybody, as far as the actor sees them."""
    if whose == "mine":
        if level_of(actor, "task", "view") is Level.NONE:
            return Task.objects.none()
        # One's own tasks are always seen; without the rule the index on owner and due date finds them.
        rows = Task.objects.filter(live=True, owner_id=actor.user_id or 0)
        return rows if _plain(actor) else rows.filter(pk__in=visible_to(actor, TASK).values("pk"))
    seen = condition_for(actor, TASK, "view", walking=True)
    if seen is None:
        return Task.objects.none()
    # Read along the indexes of open and of done tasks, so nothing else shall look like a way in.
    rows = Task.objects.filter(seen, live=True)
    return rows.filter(team_id=actor.team_id or 0) if whose == "team" else rows


def _plain(actor: Actor) -> bool:
    """True where the role puts no condition on tasks."""
    return actor.all_rights or actor.role is None or not actor.role.filters.get("task")


def open_tasks(actor: Actor, whose: str = "mine") -> "QuerySet[Task]":
    """What is still to be done, the soonest first, what has no date last."""
    rows = tasks_of(actor, whose).filter(done_at__isnull=True)
    return rows.order_by(F("due_by").asc(nulls_last=True), "pk")


def due_tasks(actor: Actor, whose: str = "mine", *, days: int = 0) -> "QuerySet[Task]":
    """Open tasks that are due until the end of today (or some days later) on the actor's clocks, and overdue ones."""
    today = clock.today(actor.time_zone)
    end = day_bounds(today + datetime.timedelta(days=days), actor.time_zone)[1]
    return tasks_of(actor, whose).filter(done_at__isnull=True, due_by__lte=end).order_by("due_by", "pk")


def due_at_home(actor: Actor) -> list[Task]:
    """The soonest :data:`MOST_AT_HOME` of the actor's own due tasks, with their owner."""
    if level_of(actor, "task", "view") is Level.NONE:
        return []
    if not _plain(actor):
        return list(due_tasks(actor).select_related("owner")[:MOST_AT_HOME])
    end = day_bounds(clock.today(actor.time_zone), actor.time_zone)[1]
    return _DUE(user=actor.user_id or 0, end=moment(end))


_DUE = Prepared(
    lambda: (
        Task.objects.filter(live=True, owner_id=hole("user"), done_at__isnull=True, due_by__lte=hole("end"))
        .order_by("due_by", "pk")
        .select_related("owner")[:MOST_AT_HOME]
    )
)


def coming_tasks(actor: Actor, whose: str = "mine") -> "QuerySet[Task]":
    """Open tasks that are due after today."""
    end = day_bounds(clock.today(actor.time_zone), actor.time_zone)[1]
    return tasks_of(actor, whose).filter(done_at__isnull=True, due_by__gt=end).order_by("due_by", "pk")


def done_tasks(actor: Actor, whose: str = "mine") -> "QuerySet[Task]":
    """What was done, the latest first."""
    return tasks_of(actor, whose).filter(done_at__isnull=False).order_by("-done_at", "-pk")


def overdue_count(actor: Actor) -> int:
    """How many of the actor's tasks are overdue; counting stops one after :data:`MOST_COUNTED`."""
    late = tasks_of(actor, "mine").filter(done_at__isnull=True, due_by__lte=clock.now())
    return late.order_by()[: MOST_COUNTED + 1].count()


def tasks_between(actor: Actor, start: datetime.datetime, end: datetime.datetime, *, whose: str = "mine") -> list[Task]:
    """Tasks, open and done, that are due from ``start`` up to before ``end`` (UTC), the soonest first; at most 1,000.

    A task with a time lies at ``due_at``; one without lies on the day ``due_on`` and counts while that day, as the
    actor's clocks have it, is within.
    """
    zone = clock.zone_named(actor.time_zone)
    first, last = start.astimezone(zone).date(), (end - datetime.timedelta(microseconds=1)).astimezone(zone).date()
    inside = Q(due_at__gte=start, due_at__lt=end) | Q(due_at=None, due_on__gte=first, due_on__lte=last)
    rows = tasks_of(actor, whose).filter(inside, due_on__gte=first - _DAY, due_on__lte=last + _DAY)
    return list(rows.order_by("due_by", "pk")[:MOST_IN_CALENDAR])


_DAY = datetime.timedelta(days=1)  # the clocks of owner and reader may show different days


def on_record(actor: Actor, record_id: int) -> list[Task]:
    """The open tasks that are about a record and may be seen: the soonest first, what has no date last."""
    return asked_alike(actor, "open tasks of a record", lambda: _open_on_record(actor))(record=record_id)


def _open_on_record(actor: Actor) -> QuerySet[Task]:
    about = ActivityLink.objects.filter(record_id=hole("record")).values("activity_id")
    rows = seen_among(actor, TASK, about).filter(done_at__isnull=True).select_related("owner")
    return rows.order_by(F("due_by").asc(nulls_last=True), "pk")[:MOST_ON_RECORD]


_LINKS = Prepared(
    lambda: (
        ActivityLink.objects.filter(activity_id__in=listed_later("tasks"))
        .order_by("activity_id", "record_id")
        .values_list("activity_id", "record_id", "record__kind")
    )
)


def about_of(actor: Actor, tasks: Sequence[Task]) -> dict[int, list[About]]:
    """What tasks are about, as far as the actor sees it; people before their companies. Two queries and a kind each."""
    links = _LINKS(tasks=as_value([task.pk for task in tasks]))
    seen: dict[int, About] = {}
    for kind in dict.fromkeys(kind for _task, _record, kind in links):
        spec = registry.find(kind)
        if spec is None:
            continue
        ids = {record_id for _task, record_id, its in links if its == kind}
        for pk, title in titles_seen(actor, spec, list(ids)).items():
            seen[pk] = About(title, f"/{spec.path}/{pk}", kind)
    found: dict[int, list[About]] = {}
    for task_id, record_id, _kind in links:
        if record_id in seen:
            found.setdefault(task_id, []).append(seen[record_id])
    order = {kind: number for number, kind in enumerate(subjects.in_order())}  # a person before her company
    return {key: sorted(value, key=lambda about: order.get(about.kind, len(order))) for key, value in found.items()}


def group_of(task: Any, zone: str) -> str:
    """The group of an open task in a list by days, on the clocks of its reader."""
    today = clock.today(zone)
    if task.due_by is None:
        return NO_DATE
    if task.due_by <= clock.now():
        return OVERDUE
    day = day_of(task, zone)
    if day <= today:
        return TODAY
    if day == today + _DAY:
        return TOMORROW
    return WEEK if day <= today + datetime.timedelta(days=6 - today.weekday()) else LATER


def day_of(task: Any, zone: str) -> datetime.date:
    """The day a task that has a date is due on: that of the reader's clocks where it has a time."""
    day: datetime.date = task.due_at.astimezone(clock.zone_named(zone)).date() if task.due_at else task.due_on
    return day


def board(actor: Actor, whose: str) -> dict[str, list[Task]]:
    """The columns of the board: open and doing by due date, and what was done last."""
    rows = open_tasks(actor, whose)
    return {
        **{status: page(rows.filter(status=status), None, is_done=False) for status in (OPEN, DOING)},
        DONE: list(done_tasks(actor, whose).select_related("owner")[:MOST_DONE]),
    }


def page(rows: "QuerySet[Task]", after: int | None, *, is_done: bool) -> list[Task]:
    """A page of tasks and one more, behind the task ``after``. Each half is read along its index: what has a date,
    then what has none.
    """
    rows = rows.select_related("owner")
    edge = Task.objects.filter(pk=after).values("due_by", "done_at").first() if after else None
    if is_done:
        at = edge and edge["done_at"]
        beyond = Q(done_at__lt=at) | Q(done_at=at, pk__lt=after) if at else Q()
        return list(rows.filter(beyond)[: PAGE + 1])
    found: list[Task] = []
    at = edge and edge["due_by"]
    if edge is None or at:
        beyond = Q(due_by__gt=at) | Q(due_by=at, pk__gt=after) if at else Q()
        found = list(rows.filter(beyond, due_by__isnull=False).order_by("due_by", "pk")[: PAGE + 1])
    if len(found) <= PAGE:
        undated = rows.filter(due_by__isnull=True, pk__gt=0 if edge is None or at else after)
        found += list(undated.order_by("pk")[: PAGE + 1 - len(found)])
    return found
