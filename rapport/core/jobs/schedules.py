"""Work that comes again: declared in code, kept as rows, enqueued by whichever worker first sees it is due."""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from rapport.accounts.actor import Actor
from rapport.core.jobs import cron, handlers, queue
from rapport.core.jobs.models import Schedule
from rapport.core.jobs.registry import Work
from rapport.lib import clock
from rapport.lib.faults import point

# An occurrence further ahead than this says that the clock was wrong when it was computed.
ASTRAY = datetime.timedelta(hours=26)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Declared:
    """What the code says about a schedule."""

    cron: str
    kind: str
    time_zone: str = "UTC"
    args: dict[str, Any] = field(default_factory=dict)


_declared: dict[str, Declared] = {}


def schedule(when: str, kind: str, *, time_zone: str = "UTC", **handler: Any) -> Callable[[Work], Work]:
    """Declares a handler that is started again and again: ``@schedule("0 3 * * *", "jobs.purge")``.

    ``when`` is cron in ``time_zone`` or ``every N`` seconds (see ``cron``); ``handler`` as for ``handlers.job``.
    """
    add(kind, Declared(when, kind, time_zone))
    return handlers.job(kind, **handler)


def every(seconds: int, kind: str, **handler: Any) -> Callable[[Work], Work]:
    """Declares a handler that is started every so many seconds: ``@every(900, "mail.fetch")``."""
    return schedule(f"every {seconds}", kind, **handler)


def add(key: str, declared: Declared) -> None:
    """Declares a schedule for a kind whose handler is elsewhere. ValueError if it never comes or the key is taken."""
    if key in _declared:
        raise ValueError(f"Two schedules are called “{key}”.")
    cron.next_after(declared.cron, declared.time_zone, clock.now())
    _declared[key] = declared


def sync() -> None:
    """Makes the rows what the code declares; whether one is enabled stays. Any number of workers may do so at once."""
    now = clock.now()
    Schedule.objects.exclude(key__in=_declared).delete()
    for key, one in _declared.items():
        values = {"cron": one.cron, "time_zone": one.time_zone, "kind": one.kind, "args": one.args}
        coming = cron.next_after(one.cron, one.time_zone, now)
        row, made = Schedule.objects.get_or_create(key=key, defaults={**values, "next_run_at": coming})
        if not made and any(getattr(row, name) != value for name, value in values.items()):
            # A new time counts from now on; what else changed does not move the next occurrence.
            moved = (row.cron, row.time_zone) != (one.cron, one.time_zone)
            Schedule.objects.filter(pk=row.pk).update(**values, **({"next_run_at": coming} if moved else {}))


def tick() -> int:
    """Puts what is due into the queue; how many. What was missed while no worker ran is done once, not each time."""
    now = clock.now()
    _mend(now)
    due = Schedule.objects.filter(is_enabled=True, next_run_at__lte=now)
    return sum(_occur(row, now) for row in due)


def _occur(row: Schedule, now: datetime.datetime) -> bool:
    coming = cron.next_after(row.cron, row.time_zone, now)
    with transaction.atomic():
        # Of two workers that see the same occurrence one moves the row on, and only that one enqueues.
        mine = Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at)
        if not mine.update(next_run_at=coming, last_run_at=row.next_run_at):
            return False
        point("jobs.schedule")
        # The key keeps occurrences from piling up where the queue does not come to them.
        queue.enqueue(row.kind, row.args, Actor.system(via="job"), unique_key=f"schedule:{row.key}")
    return True


def _mend(now: datetime.datetime) -> None:
    """A clock that was far ahead for a while has moved everything there; now that it is right, things come back."""
    for row in Schedule.objects.filter(last_run_at__gt=now + ASTRAY):
        log.warning("The schedule %s was ahead of the clock.", row.key)
        coming = cron.next_after(row.cron, row.time_zone, now)
        mine = Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at)
        mine.update(next_run_at=coming, last_run_at=None)
