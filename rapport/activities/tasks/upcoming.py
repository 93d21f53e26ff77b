"""The open tasks of a record, on top of its timeline."""

import datetime

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.tasks.models import Task
from rapport.activities.tasks.object import PRIORITIES
from rapport.activities.tasks.queries import on_record
from rapport.core.access.levels import Level, level_of
from rapport.core.objects.registry import Upcoming
from rapport.lib import clock


def upcoming_tasks(actor: Actor, record_id: int) -> list[Upcoming]:
    """What is still to be done about a record, each with a box to tick."""
    if level_of(actor, "task", "view") is Level.NONE:
        return []
    return [_line(task) for task in on_record(actor, record_id)]


def _line(task: Task) -> Upcoming:
    late = task.due_by is not None and task.due_by <= clock.now()
    labels = {option.key: str(option.label) for option in PRIORITIES}
    told = [
        _("%(priority)s priority") % {"priority": labels[task.priority]} if task.priority == "high" else "",
        _("in progress") if task.status == "doing" else "",
        _steps(task),
    ]
    return Upcoming(
        at=task.due_at or _midnight(task.due_on),
        is_day=task.due_at is None,
        heading=_("Task due") if task.due_on else _("Task"),
        text=task.title,
        url=f"/tasks/all/{task.pk}",
        icon="circle-check",
        tone="red" if late else "amber",
        owner=task.owner.name if task.owner else "",
        action_template="tasks/tick.html",
        detail=" · ".join(filter(None, told)),
        kind="task",
        values={"task": task},
    )


def _steps(task: Task) -> str:
    if not task.checklist:
        return ""
    done = sum(1 for step in task.checklist if step["done"])
    return _("%(done)d of %(all)d steps") % {"done": done, "all": len(task.checklist)}


def _midnight(day: datetime.date | None) -> datetime.datetime | None:
    return None if day is None else datetime.datetime.combine(day, datetime.time(), datetime.UTC)
