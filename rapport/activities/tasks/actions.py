"""Verbs of tasks: add, complete, reopen, reschedule, move, and the steps of a checklist."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.models import DONE, OPEN, STATUSES, Task
from rapport.activities.tasks.object import TASK
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.core.records.locking import locked

Steps = list[dict[str, Any]]


@dataclass(frozen=True)
class TaskInput:
    """A task about the records ``about`` (none: it stands for itself). ``owner`` is who does it, None the actor.

    ``reminder`` as in ``reminders.REMINDERS``; ``remind_at`` (UTC) for “moment”. ``repeat`` as in ``object.REPEATS``.
    """

    title: str
    about: tuple[int, ...] = ()
    due: Due = Due()  # noqa: RUF009 - frozen
    body: str = ""
    owner: int | None = None
    priority: str = "normal"
    reminder: str = ""
    remind_at: datetime.datetime | None = None
    repeat: str = ""
    repeat_every: int = 1
    repeat_from: str = "due"
    repeat_until: datetime.date | None = None
    status: str = OPEN


def add_task(actor: Actor, task: TaskInput, *, act: Act | None = None) -> Task:
    """Writes down what is to be done. Emits ``task.created``."""
    values: dict[str, Any] = {
        "title": task.title,
        "body": task.body,
        "about": list(task.about),
        "due_on": task.due.on,
        "due_at": task.due.at,
        "priority": task.priority,
        "status": task.status,
        "reminder": task.reminder,
        "repeat": task.repeat,
        "repeat_every": task.repeat_every,
        "repeat_from": task.repeat_from,
        "repeat_until": task.repeat_until,
    }
    if task.remind_at is not None:
        values["remind_at"] = task.remind_at
    if task.owner is not None:
        values["owner"] = task.owner
    made: Task = saving.create(actor, TASK, values, act=act)
    return made


def complete_task(actor: Actor, task_id: int, *, act: Act | None = None) -> Task:
    """It is done. What repeats comes again, in the same act. Emits ``task.updated`` and ``task.completed``.

    A task that is done already stays as it is: whoever comes second has nothing to do.
    """
    return move_task(actor, task_id, DONE, act=act)


def reopen_task(actor: Actor, task_id: int, *, act: Act | None = None) -> Task:
    """It is to be done after all. Emits ``task.updated``."""
    return move_task(actor, task_id, OPEN, act=act)


def move_task(actor: Actor, task_id: int, status: str, *, act: Act | None = None) -> Task:
    """Puts a task into a column of the board: open, doing or done. Emits ``task.updated``."""
    if status not in STATUSES:
        raise Invalid({"status": [_("A task is open, in progress or done.")]})
    moved: Task = saving.update(actor, TASK, task_id, {"status": status}, act=act)
    return moved


def reschedule_task(actor: Actor, task_id: int, due: Due, *, act: Act | None = None) -> Task:
    """Gives a task another day, or another day and time; reminders move along. Emits ``task.updated``."""
    values: dict[str, Any] = {"due_on": due.on, "due_at": due.at}
    moved: Task = saving.update(actor, TASK, task_id, values, act=act)
    return moved


# -------------------------------------------------------------------- checklists
def add_step(actor: Actor, task_id: int, text: str, *, act: Act | None = None) -> Task:
    """Adds a step to the end of the checklist. Emits ``task.updated``."""

    def change(steps: Steps) -> Steps:
        if not text.strip():  # said only to whom the task is there at all
            raise Invalid({"text": [_("Say what this step is.")]})
        return [*steps, {"text": text, "done": False}]

    return _change_steps(actor, task_id, change, act)


def check_step(actor: Actor, task_id: int, step_id: int, *, done: bool) -> Task:
    """Ticks a step, or takes the tick away. Emits ``task.updated``."""

    def change(steps: Steps) -> Steps:
        return [{**step, "done": done} if step["id"] == step_id else step for step in _with(steps, step_id)]

    return _change_steps(actor, task_id, change)


def remove_step(actor: Actor, task_id: int, step_id: int) -> Task:
    """Takes a step off the checklist. Emits ``task.updated``."""
    return _change_steps(
        actor, task_id, lambda steps: [step for step in _with(steps, step_id) if step["id"] != step_id]
    )


def move_step(actor: Actor, task_id: int, step_id: int, place: int) -> Task:
    """Puts a step at another place of the list, counted from 0. Emits ``task.updated``."""

    def change(steps: Steps) -> Steps:
        (moved,) = [step for step in _with(steps, step_id) if step["id"] == step_id]
        others = [step for step in steps if step["id"] != step_id]
        return [*others[: max(place, 0)], moved, *others[max(place, 0) :]]

    return _change_steps(actor, task_id, change)


def _with(steps: Steps, step_id: int) -> Steps:
    if not any(step["id"] == step_id for step in steps):
        raise NotFound(_("This step is no longer on the checklist."))
    return steps


def _change_steps(actor: Actor, task_id: int, change: Callable[[Steps], Steps], act: Act | None = None) -> Task:
    """Changes the checklist as it is at this moment, whatever a page showed: two who tick at once both count."""
    get_record(actor, TASK, task_id, "edit")
    with acting(actor, "task.update", act=act) as mine:
        task = locked(Task.objects.filter(pk=task_id)).get()
        changed: Task = saving.update(actor, TASK, task_id, {"checklist": change(task.checklist)}, act=mine)
    return changed
