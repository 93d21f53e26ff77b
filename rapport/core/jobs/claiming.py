"""Which job comes next, and who gets it.

In SQL of our own: this is asked twice a second by every slot, and the ORM would need ten times as long to say it.
"""

import datetime
import secrets
from typing import Any

from django.db import connection

from rapport.core.jobs.models import LANES, PRIORITIES, Job
from rapport.core.jobs.queue import LEASE
from rapport.lib import clock
from rapport.lib.faults import point

# Each lane and priority is a walk of one step along an index, however many jobs wait elsewhere.
_DUE = "FROM core_job WHERE state = 'queued' AND lane = %s AND priority = %s AND run_at <= %s"
_HEAD = f"SELECT * FROM (SELECT lane, priority, run_at, id {_DUE} ORDER BY run_at, id LIMIT 1) AS head"  # noqa: S608 - no value is in it
_LEASE = (
    "UPDATE core_job SET state = 'running', worker = %s, lease_token = %s, lease_until = %s, started_at = %s, "
    "attempts = attempts + 1 WHERE "
)


def claim(now: datetime.datetime, *, lanes: tuple[str, ...] = LANES, worker: str = "") -> Job | None:
    """Leases the next job that is due in one of the lanes; None if there is nothing to do.

    By priority, then by when it was due.
    """
    due = connection.ops.adapt_datetimefield_value(now)
    places = [(lane, priority, due) for priority in PRIORITIES for lane in lanes]
    # Looking takes no lock; only who finds something tries to take it, and may come too late.
    look = " UNION ALL ".join([_HEAD] * len(places)) + " ORDER BY 2 DESC, 3, 4 LIMIT 1"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(look, [value for place in places for value in place])
            head = cursor.fetchone()
        if head is None:
            return None
        taken = _lease(f"{_DUE} ORDER BY run_at, id LIMIT 1", [head[0], head[1], due], worker, secrets.token_hex(16))
        if taken:
            return taken[0]


def claim_more(first: Job, now: datetime.datetime, most: int) -> list[Job]:
    """Leases up to ``most`` more jobs of the same kind that nobody has tried yet, under the token of the first."""
    which = f"{_DUE} AND kind = %s AND attempts = 0 ORDER BY run_at, id LIMIT %s"
    due = connection.ops.adapt_datetimefield_value(now)
    return _lease(which, [first.lane, first.priority, due, first.kind, most], first.worker, first.lease_token)


def _lease(which: str, values: list[Any], worker: str, token: str) -> list[Job]:
    """Leases what ``which`` finds, in one statement: two workers never get the same row."""
    if connection.vendor == "postgresql":  # what another worker is about to take is passed over
        chosen = f"id = ANY(ARRAY(SELECT id {which} FOR UPDATE SKIP LOCKED))"
    else:
        chosen = f"id IN (SELECT id {which})"
    now = clock.now()
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (now + LEASE, now)]
    taken = Job.objects.raw(f"{_LEASE}{chosen} RETURNING *", [worker, token, *moments, *values])
    jobs = sorted(taken, key=lambda job: (job.run_at, job.pk))
    point("jobs.claim")
    return jobs
