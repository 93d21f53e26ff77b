"""Tasks as templates draw them: a line of a list, a card of the board."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.activities.tasks.models import Task
from rapport.activities.tasks.object import TASK
from rapport.activities.tasks.queries import (
    LATER,
    NO_DATE,
    OVERDUE,
    TODAY,
    TOMORROW,
    WEEK,
    About,
    about_of,
    day_of,
    group_of,
)  # fmt: skip
from rapport.core.access.visible import asked_alike, seen_among
from rapport.core.records.known import as_value, listed_later
from rapport.lib import clock
from rapport.lib.date_words import format_date, short_day, time_of_day
from rapport.ui.cells import avatar

GROUP_LABELS = {
    OVERDUE: gettext_lazy("Overdue"),
    TODAY: gettext_lazy("Today"),
    TOMORROW: gettext_lazy("Tomorrow"),
    WEEK: gettext_lazy("This week"),
    LATER: gettext_lazy("Later"),
    NO_DATE: gettext_lazy("Without a date"),
}
TONES = {OVERDUE: "red", TODAY: "green"}


def lines(actor: Actor, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """What the templates need of each task. A few queries for all; ``owner`` must be loaded with the tasks."""
    about = about_of(actor, tasks) if tasks else {}
    editable = _editable(actor, tasks)
    return [_line(actor, task, about.get(task.pk, []), may_edit=task.pk in editable) for task in tasks]


def grouped(actor: Actor, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Open tasks under “Overdue”, “Today” …; they come in the order of their due dates."""
    drawn = lines(actor, tasks)
    return [
        {"key": key, "label": GROUP_LABELS[key], "lines": list(group)}
        for key, group in groupby(drawn, key=lambda line: line["group"])
    ]


def by_day_done(actor: Actor, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Tasks that are done, by the day they were done on the reader's clocks."""
    zone = clock.zone_named(actor.time_zone)
    drawn = lines(actor, tasks)
    days = groupby(drawn, key=lambda line: line["task"].done_at.astimezone(zone).date())
    return [
        {"key": day.isoformat(), "label": day_words(day, actor, capital=True), "lines": list(group)}
        for day, group in days
    ]


def _editable(actor: Actor, tasks: Sequence[Task]) -> set[int]:
    ids = {task.pk for task in tasks}
    if actor.all_rights or not ids:
        return ids
    asked = asked_alike(actor, "editable tasks", lambda: _allowed(actor))
    return set(asked(ids=as_value(list(ids))))


def _allowed(actor: Actor) -> QuerySet[Any, int]:
    return seen_among(actor, TASK, listed_later("ids"), "edit").values_list("pk", flat=True)


def _line(actor: Actor, task: Task, about: list[About], *, may_edit: bool) -> dict[str, Any]:
    is_done = task.done_at is not None
    group = NO_DATE if is_done else group_of(task, actor.time_zone)
    mine = task.owner_id == actor.user_id
    return {
        "task": task,
        "group": group,
        "about": about[:2],
        "due": due_words(task, actor),
        "tone": "" if is_done else TONES.get(group, ""),
        "iso": (task.due_at or task.due_on).isoformat() if task.due_on else "",
        "is_done": is_done,
        "is_high": task.priority == "high" and not is_done,
        "is_low": task.priority == "low" and not is_done,
        "steps": steps_words(task),
        "owner": "" if mine or task.owner is None else task.owner.name,
        "mark": avatar(task.owner.name, "person", "xs") if task.owner else "",
        "may_edit": may_edit,
    }


def due_words(task: Any, actor: Actor) -> str:
    """“Today 15:00”, “Tomorrow”, “26 Nov”; empty without a date."""
    if task.due_on is None:
        return ""
    words = day_words(day_of(task, actor.time_zone), actor, capital=True)
    return f"{words} {time_of_day(task.due_at, actor.time_zone, actor.language)}" if task.due_at else words


def day_words(day: datetime.date, actor: Actor, *, capital: bool = False) -> str:
    """“Today”, “Tomorrow”, “Yesterday”, else the day; its year where it is another one."""
    today = clock.today(actor.time_zone)
    words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}.get((day - today).days)
    if words:
        return words if capital else words[:1].lower() + words[1:]
    return short_day(day, actor.language) if day.year == today.year else format_date(day, actor.language)


def steps_words(task: Task) -> str:
    """“1/3”: steps of the checklist that are done."""
    if not task.checklist:
        return ""
    return f"{sum(1 for step in task.checklist if step['done'])}/{len(task.checklist)}"
