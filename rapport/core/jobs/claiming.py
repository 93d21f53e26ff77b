"""Which job comes next, and who gets it: leases are given by compare and swap."""

import datetime
import secrets

from django.db import connection, transaction
from django.db.models import F, QuerySet

from rapport.core.jobs.models import LANES, PRIORITIES, Job
from rapport.core.jobs.queue import LEASE
from rapport.lib import clock
from rapport.lib.faults import point


def claim(now: datetime.datetime, *, lanes: tuple[str, ...] = LANES, worker: str = "") -> Job | None:
    """Leases the next job that is due in one of the lanes; None if there is nothing to do."""
    while True:
        with transaction.atomic() if _skips_locked() else _no_transaction():
            job = _next(now, lanes)
            if job is None:
                return None
            taken = _lease([job], worker)
        if taken:
            return taken[0]


def claim_more(first: Job, now: datetime.datetime, most: int) -> list[Job]:
    """Leases up to ``most`` more jobs of the same kind that nobody has tried yet, under the token of the first."""
    with transaction.atomic() if _skips_locked() else _no_transaction():
        like = _due(now, first.lane, first.priority).filter(kind=first.kind, attempts=0)
        return _lease(list(like[:most]), first.worker, first.lease_token)


def _next(now: datetime.datetime, lanes: tuple[str, ...]) -> Job | None:
    """What comes first: by priority, then by when it was due. Each look is a walk of one step along an index."""
    for priority in reversed(PRIORITIES):
        found = [job for lane in lanes if (job := _due(now, lane, priority).first())]
        if found:
            return min(found, key=lambda job: (job.run_at, job.pk))
    return None


def _due(now: datetime.datetime, lane: str, priority: int) -> "QuerySet[Job]":
    due = Job.objects.filter(state="queued", lane=lane, priority=priority, run_at__lte=now).order_by("run_at", "pk")
    return due.select_for_update(skip_locked=True) if _skips_locked() else due


def _lease(jobs: list[Job], worker: str, token: str = "") -> list[Job]:
    """Compare and swap: of two workers that found the same job, one changes the row."""
    if not jobs:
        return []
    token, now = token or secrets.token_hex(16), clock.now()
    values = {"state": "running", "worker": worker, "lease_token": token, "lease_until": now + LEASE, "started_at": now}
    ids = [job.pk for job in jobs]
    taken = Job.objects.filter(pk__in=ids, state="queued").update(**values, attempts=F("attempts") + 1)
    if taken < len(jobs):
        mine = set(Job.objects.filter(pk__in=ids, lease_token=token).values_list("pk", flat=True))
        jobs = [job for job in jobs if job.pk in mine]
    for job in jobs:
        for name, value in values.items():
            setattr(job, name, value)
        job.attempts += 1
    point("jobs.claim")
    return jobs


def _skips_locked() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


class _no_transaction:  # noqa: N801 - reads as a statement
    """SQLite: looking for work must not take the write lock, so only the swap itself is a transaction."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_exc: object) -> None: ...
