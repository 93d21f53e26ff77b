"""What tasks say when they remind, and to whom."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.activities import reminders
from rapport.activities.tasks.models import Task
from rapport.lib.dates import format_date, format_moment


def _users(task: Task) -> Iterable[int]:
    return [] if task.done_at or task.owner_id is None else [task.owner_id]


def _text(task: Task, zone: str) -> str:
    """“Call Anna, due 24 Nov 2026, 15:00”."""
    language = get_language() or "en"
    if task.due_at:
        when = format_moment(task.due_at, zone, language)
    elif task.due_on:
        when = format_date(task.due_on, language)
    else:
        return task.title
    return _("%(title)s, due %(when)s") % {"title": task.title, "when": when}


REMINDING = reminders.Reminding("task", Task, _users, _text)
