"""Signs of life of the workers: each keeps a row, so that every machine sees how long ago that was."""

import datetime

from django.db.models import Max

from rapport.core.jobs.models import Worker
from rapport.lib import clock

EVERY_SECONDS = 5.0
LATE_SECONDS = 30.0  # silent for longer: the worker is taken for dead
FORGOTTEN = datetime.timedelta(days=1)  # rows of workers that were not seen for so long go


def beat(name: str = "worker", fetched_ago: float | None = None) -> None:
    """Says that a worker is alive, and how many seconds ago it last asked for work."""
    now = clock.now()
    fetched_at = None if fetched_ago is None else now - datetime.timedelta(seconds=fetched_ago)
    if Worker.objects.filter(name=name).update(seen_at=now, fetched_at=fetched_at):
        return
    Worker.objects.create(name=name, started_at=now, seen_at=now, fetched_at=fetched_at)
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def end(name: str) -> None:
    """A worker says goodbye."""
    Worker.objects.filter(name=name).delete()


def seconds_since() -> float | None:
    """How long ago a worker was alive last; None if none ever was."""
    return _ago(Worker.objects.aggregate(last=Max("seen_at"))["last"])


def seconds_since_fetch() -> float | None:
    """How long ago a worker last asked for work; None if none ever did."""
    return _ago(Worker.objects.aggregate(last=Max("fetched_at"))["last"])


def _ago(moment: datetime.datetime | None) -> float | None:
    return None if moment is None else max((clock.now() - moment).total_seconds(), 0.0)
