"""The queue: a job is added, leased, renewed and ended by single statements that also say who may.

A lease has a token. Whoever lost it (another worker took over) changes no row any more.
"""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.errors import BadQuery, Conflict, NotAllowed, NotFound
from rapport.core.jobs import registry
from rapport.core.jobs.models import BUSY, ENDED, NORMAL, QUICK, Job
from rapport.core.onlookers import demand_writing
from rapport.lib import clock
from rapport.lib.faults import point
from rapport.lib.text import shorten

LEASE = datetime.timedelta(seconds=60)
MOST_ATTEMPTS = 5
LOG_LINES, LOG_SIGNS = 100, 300  # of a job's log: lines kept, signs of one line
AGAIN = ("failed", "dead", "cancelled")  # states of ended jobs from which a job can be put back
_AS_STAFF = "as_staff"  # among the arguments: asked for in a staff session
_AS_SYSTEM = "as_system"  # among the arguments: asked for by the house itself, not by a user who is gone


class LeaseLost(Exception):
    """Another worker has the job now; this one must not write another word."""


def enqueue(
    kind: str,
    args: dict[str, Any],
    actor: Actor,
    *,
    run_at: datetime.datetime | None = None,
    priority: int = NORMAL,
    unique_key: str | None = None,
) -> Job:
    """Adds a job in the caller's transaction: it exists if and only if what asked for it does.

    With the ``unique_key`` of a job that waits (not one that is at work), that one is returned instead.
    """
    demand_writing(actor)
    now = clock.now()
    handler = registry.handler(kind)
    made = Job(
        kind=kind,
        args={**args, **_marks(actor)},
        user_id=actor.user_id,
        lane=handler.lane if handler else QUICK,
        priority=priority,
        unique_key=unique_key,
        run_at=run_at or now,
        created_at=now,
    )
    if unique_key is None:
        made.save(force_insert=True)
        return made
    while True:
        waiting = Job.objects.filter(unique_key=unique_key, state="queued").first()
        if waiting is not None:
            return waiting
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            # Somebody added it between the look and the insert; if it has begun meanwhile, ours is added after all.
            made.pk = None
        else:
            return made


def actor_of(job: Job) -> Actor:
    """Who asked for the job, with the rights of today. NotAllowed if there is no such user any more."""
    if job.args.get(_AS_SYSTEM):
        return Actor.system(via="job")
    user = User.objects.select_related("role", "team").filter(pk=job.user_id or 0, is_active=True).first()
    if user is None:
        raise NotAllowed(_("The user who asked for this can no longer sign in."))
    return Actor.of(user, via="job", in_staff=bool(job.args.get(_AS_STAFF)))


def _marks(actor: Actor) -> dict[str, bool]:
    """What of the one who asks their account does not tell."""
    if actor.user_id is None and actor.all_rights:
        return {_AS_SYSTEM: True}
    return {_AS_STAFF: True} if actor.in_staff else {}


def renew(job: Job, done: int, total: int) -> bool:
    """Renews the lease, writes progress and log; True if the job shall be cancelled. LeaseLost if it is another's."""
    values = {"done_count": done, "total_count": total, "lease_until": clock.now() + LEASE, "log": job.log}
    if not _mine(job).update(**values):
        raise LeaseLost
    return bool(Job.objects.filter(pk=job.pk, cancel_asked=True).exists())


def keep(jobs: list[Job]) -> int:
    """Renews the leases of jobs at work, whatever their handlers do; how many are still ours."""
    tokens, ids = {job.lease_token for job in jobs}, [job.pk for job in jobs]
    mine = Job.objects.filter(pk__in=ids, state="running", lease_token__in=tokens)
    return mine.update(lease_until=clock.now() + LEASE) if jobs else 0


def finish(job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> bool:
    """Ends a job as done, failed, dead or cancelled; False if the lease was lost meanwhile."""
    values: dict[str, Any] = {
        "state": state, "error": storable(error), "ended_at": clock.now(), "lease_until": None,
    }  # fmt: skip
    if result is not None:
        values["result"] = result
    if job.log:
        values["log"] = job.log
    point("jobs.finish")
    return bool(_mine(job).update(**values))


def finish_together(jobs: list[Job]) -> int:
    """Ends jobs of one batch as done, without results; how many were still ours."""
    mine = Job.objects.filter(pk__in=[job.pk for job in jobs], state="running", lease_token=jobs[0].lease_token)
    point("jobs.finish")
    return mine.update(state="done", error="", ended_at=clock.now(), lease_until=None)


def put_back(
    job: Job, *, after: float = 0.0, attempt_counts: bool = True, error: str = "", result: dict[str, Any] | None = None
) -> bool:
    """Returns a job to the queue, to be taken again in ``after`` seconds; False if it is no longer ours."""
    attempts = job.attempts if attempt_counts else max(job.attempts - 1, 0)
    values: dict[str, Any] = {
        "state": "queued", "run_at": clock.now() + datetime.timedelta(seconds=after), "attempts": attempts,
        "lease_until": None, "lease_token": "", "error": storable(error), "log": job.log, "result": result or {},
    }  # fmt: skip
    mine = _mine(job)
    try:
        with transaction.atomic():
            return bool(mine.update(**values))
    except IntegrityError:  # another one with its unique key waits by now; this one keeps its tries and goes without
        return bool(mine.update(**values, unique_key=None))


def give_up(job: Job, state: str, sentence: str, result: dict[str, Any] | None = None) -> None:
    """Ends a job as failed or dead and tells its handler, both or neither."""
    known = registry.handler(job.kind)
    note(job, sentence)
    with transaction.atomic():
        if finish(job, state, error=sentence, result=result) and known is not None and known.gave_up is not None:
            known.gave_up(job, sentence)


def note(job: Job, line: str) -> None:
    """Adds a line to the log of a job at hand; the next statement about the job writes it. The oldest lines go."""
    entry = [clock.now().isoformat(timespec="seconds"), job.attempts, shorten(storable(line), LOG_SIGNS)]
    job.log = [*job.log, entry][-LOG_LINES:]


def storable(text: str) -> str:
    """The text without signs that a database refuses."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def get_job(actor: Actor, job_id: int) -> Job:
    """A job that the actor asked for; administrators may see all. NotFound otherwise."""
    found = jobs_of(actor).filter(pk=job_id).first()
    if found is None:
        raise NotFound(_("There is no such job, or it is not yours."))
    return found


def jobs_of(actor: Actor, *, state: str = "", kind: str = "") -> "QuerySet[Job]":
    """The actor's own jobs, for administrators all; the newest first. BadQuery for a state there is none of."""
    found = Job.objects.select_related("user").order_by("-pk")
    if not actor.all_rights:
        found = found.filter(user_id=actor.user_id or 0)
    if state and state not in (*BUSY, *ENDED):
        raise BadQuery(_("There is no state “%(state)s”.") % {"state": state[:20]})
    if state:
        found = found.filter(state=state)
    return found.filter(kind=kind) if kind else found


def cancel(actor: Actor, job_id: int) -> None:
    """Asks a job to end. One that waits ends at once; one that runs ends at its next progress."""
    job = get_job(actor, job_id)
    waiting = Job.objects.filter(pk=job.pk, state="queued")
    with transaction.atomic():
        if waiting.update(state="cancelled", cancel_asked=True, ended_at=clock.now()):
            known = registry.handler(job.kind)
            if known is not None and known.cancelled is not None:
                known.cancelled(job, _("Cancelled before it began."))
            return
    Job.objects.filter(pk=job.pk, state="running").update(cancel_asked=True)


def retry(actor: Actor, job_id: int) -> Job:
    """Puts a job that failed or was cancelled back into the queue, with all its tries. Conflict if it has not."""
    job = get_job(actor, job_id)
    sentence = _("Put back by %(name)s.") % {"name": actor.name}
    values = {
        "state": "queued", "run_at": clock.now(), "attempts": 0, "cancel_asked": False, "ended_at": None,
        "log": [*job.log, [clock.now().isoformat(timespec="seconds"), job.attempts, sentence]],
        "done_count": 0, "total_count": 0,
    }  # fmt: skip
    if not can_retry(job):
        raise Conflict(_("This job has not failed, or it cannot be tried again: ask for its work anew."))
    known = registry.handler(job.kind)
    try:
        with transaction.atomic():
            put_back = Job.objects.filter(pk=job.pk, state__in=AGAIN).update(**values)
            if put_back and known is not None and known.retried is not None:
                known.retried(job, sentence)
    except IntegrityError:
        raise Conflict(_("The same work is waiting already.")) from None
    if not put_back:
        raise Conflict(_("This job has not failed, or it cannot be tried again: ask for its work anew."))
    return get_job(actor, job_id)


def can_retry(job: Job) -> bool:
    """Whether a job can be put back: it ended without success, and its kind bears it."""
    known = registry.handler(job.kind)
    return job.state in AGAIN and (known is None or known.can_retry)


def _mine(job: Job) -> "QuerySet[Job]":
    return Job.objects.filter(pk=job.pk, state="running", lease_token=job.lease_token)
