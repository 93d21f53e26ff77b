"""Reminders: found by index, told once each, by whichever worker comes first.

A table that reminds has ``remind_next`` (see ``reminded.py``) and is added here with :func:`add`. What was due
while no worker ran is told as soon as one does.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import User
from rapport.core.fields import Option
from rapport.core.jobs.handlers import JobAtWork, Progress
from rapport.core.jobs.schedules import every
from rapport.core.notices.telling import tell
from rapport.core.records.locking import locked
from rapport.lib import clock
from rapport.lib.faults import point

MOMENT = "moment"
REMINDERS = (
    Option("at", _("When it is due")),
    Option("10m", _("10 minutes before")),
    Option("1h", _("1 hour before")),
    Option("1d", _("1 day before")),
    Option(MOMENT, _("At a moment of its own")),
)
CHUNK = 100  # of one query; each is told in a transaction of its own, so that others may write in between
SECONDS = 60


@dataclass(frozen=True)
class Reminding:
    """A table whose rows remind. ``model`` is :class:`Reminded`, ``users`` gives who is told of one of its rows,
    ``text`` what they are told: a short line in the language that is active, on the clocks of the given time zone.
    ``following`` gives the moment (UTC) of the next reminder of a row that comes again.
    """

    key: str
    model: Any
    users: Callable[[Any], Iterable[int]]
    text: Callable[[Any, str], str]
    following: Callable[[Any], datetime.datetime | None] | None = None


_reminding: dict[str, Reminding] = {}


def add(reminding: Reminding) -> None:
    """Adds a table that reminds. ValueError if there is one with that key."""
    if reminding.key in _reminding:
        raise ValueError(f"Two tables remind as “{reminding.key}”.")
    _reminding[reminding.key] = reminding


def armed(remind_at: datetime.datetime | None) -> datetime.datetime | None:
    """What ``remind_next`` becomes when a row is saved: a moment that has passed already reminds nobody."""
    return remind_at if remind_at and remind_at > clock.now() else None


@every(SECONDS, "activities.remind", title=_("Reminders"))
def remind(at_work: JobAtWork) -> dict[str, Any]:
    """The job; see :func:`tell_due`."""
    return {"told": tell_due(at_work.progress)}


def tell_due(progress: Progress) -> int:
    """Tells what is due; how many. Started again, or twice at once, it tells nothing a second time."""
    return sum(_remind(reminding, progress) for reminding in _reminding.values())


def _remind(reminding: Reminding, progress: Progress) -> int:
    told = 0
    while due := _due(reminding):
        told += sum(_tell(reminding, row) for row in due)
        progress(told, 0)
        if len(due) < CHUNK:
            break
    return told


def _due(reminding: Reminding) -> list[Any]:
    """The next rows whose moment has come, the oldest first; those in the trash, too, which tell nobody."""
    rows = reminding.model._default_manager.filter(remind_next__isnull=False, remind_next__lte=clock.now())
    return list(rows.order_by("remind_next")[:CHUNK])


def _tell(reminding: Reminding, found: Any) -> bool:
    """Tells one reminder; False where another worker did, or where it moved in the meantime."""
    with transaction.atomic():
        mine = reminding.model._default_manager.filter(pk=found.pk, remind_next=found.remind_next)
        row = locked(mine).first()  # as it is at this moment: somebody else may be the one who does it by now
        if row is None:
            return False
        mine.update(remind_next=reminding.following(row) if reminding.following else None)
        point("activities.remind")
        if not row.live:
            return False
        for user in User.objects.filter(pk__in=list(reminding.users(row)), is_active=True):
            with translation.override(user.language):
                text = reminding.text(row, user.time_zone)
            moment = f"{row.remind_next:%Y-%m-%dT%H:%M:%S}"
            once = f"remind {row.pk} {moment}"
            tell([user.pk], "reminder", record_id=row.pk, by_id=None, text=text, once=once)
    return True
