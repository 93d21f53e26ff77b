"""The queue: a job is added, leased, renewed and ended by single statements that also say who may.

A lease has a token. Whoever lost it (another worker took over) changes no row any more.
"""

import datetime
import secrets
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.errors import NotAllowed, NotFound
from rapport.core.jobs.models import Job
from rapport.lib import clock

LEASE = datetime.timedelta(seconds=60)
MOST_ATTEMPTS = 5
BACK_OFF = (5, 30, 120, 600)  # seconds to wait after the first, second, … attempt
_AS_SYSTEM = "as_system"  # among the arguments: asked for by the house itself, not by a user who is gone


class LeaseLost(Exception):
    """Another worker has the job now; this one must not write another word."""


def enqueue(kind: str, args: dict[str, Any], actor: Actor, *, run_at: datetime.datetime | None = None) -> Job:
    """Adds a job in the caller's transaction: it exists if and only if what asked for it does."""
    now = clock.now()
    marked = {**args, _AS_SYSTEM: True} if actor.user_id is None and actor.all_rights else dict(args)
    return Job.objects.create(kind=kind, args=marked, user_id=actor.user_id, run_at=run_at or now, created_at=now)


def actor_of(job: Job) -> Actor:
    """Who asked for the job, with the rights of today. NotAllowed if there is no such user any more."""
    if job.args.get(_AS_SYSTEM):
        return Actor.system(via="job")
    user = User.objects.select_related("role", "team").filter(pk=job.user_id or 0, is_active=True).first()
    if user is None:
        raise NotAllowed(_("The user who asked for this can no longer sign in."))
    return Actor.of(user, via="job")


def claim(now: datetime.datetime) -> Job | None:
    """Leases the next job that is due, or one whose worker fell silent; None if there is nothing to do."""
    while True:
        with transaction.atomic() if _skips_locked() else _no_transaction():
            due = _due(now)
            if _skips_locked():
                due = due.select_for_update(skip_locked=True)
            job = due.first()
            if job is None:
                return None
            token = secrets.token_hex(16)
            # Compare and swap: of two workers that found the same job, one changes the row.
            taken = Job.objects.filter(pk=job.pk, state=job.state, lease_token=job.lease_token).update(
                state="running", lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
            )
        if taken:
            job.state, job.lease_token, job.lease_until, job.attempts = "running", token, now + LEASE, job.attempts + 1
            return job


def renew(job: Job, done: int, total: int) -> bool:
    """Renews the lease and writes progress; True if the job shall be cancelled. LeaseLost if it is another's."""
    renewed = _mine(job).update(done_count=done, total_count=total, lease_until=clock.now() + LEASE)
    if not renewed:
        raise LeaseLost
    return bool(Job.objects.filter(pk=job.pk, cancel_asked=True).exists())


def finish(job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> bool:
    """Ends a job as done, failed or cancelled; False if the lease was lost meanwhile."""
    values: dict[str, Any] = {"state": state, "error": error, "ended_at": clock.now(), "lease_until": None}
    if result is not None:
        values["result"] = result
    return bool(_mine(job).update(**values))


def put_back(job: Job, *, after: float = 0.0, attempt_counts: bool = True, error: str = "") -> bool:
    """Returns a job to the queue, to be taken again in ``after`` seconds."""
    now = clock.now()
    attempts = job.attempts if attempt_counts else max(job.attempts - 1, 0)
    return bool(
        _mine(job).update(
            state="queued", run_at=now + datetime.timedelta(seconds=after), attempts=attempts, lease_until=None,
            lease_token="", error=error,
        )
    )  # fmt: skip


def cancel(actor: Actor, job_id: int) -> None:
    """Asks a job to end. One that waits ends at once; one that runs ends at its next progress."""
    job = get_job(actor, job_id)
    waiting = Job.objects.filter(pk=job.pk, state="queued")
    if not waiting.update(state="cancelled", cancel_asked=True, ended_at=clock.now()):
        Job.objects.filter(pk=job.pk, state="running").update(cancel_asked=True)


def get_job(actor: Actor, job_id: int) -> Job:
    """A job that the actor asked for; administrators may see all. NotFound otherwise."""
    found = Job.objects.filter(pk=job_id).first()
    if found is None or not (actor.all_rights or (found.user_id is not None and found.user_id == actor.user_id)):
        raise NotFound(_("There is no such job, or it is not yours."))
    return found


def _mine(job: Job) -> "QuerySet[Job]":
    return Job.objects.filter(pk=job.pk, state="running", lease_token=job.lease_token)


def _due(now: datetime.datetime) -> "QuerySet[Job]":
    waiting = Q(state="queued", run_at__lte=now)
    abandoned = Q(state="running", lease_until__lt=now)
    return Job.objects.filter(waiting | abandoned, state__in=("queued", "running")).order_by("run_at", "pk")


def _skips_locked() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


class _no_transaction:  # noqa: N801 - reads as a statement
    """SQLite: looking for work must not take the write lock, so only the swap itself is a transaction."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_exc: object) -> None: ...
