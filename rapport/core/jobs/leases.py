"""Jobs whose worker is gone: found without asking any clock that somebody can set.

A worker of this machine is known to live or to be dead (``presence``). Of any other one we only see whether it still
renews: a lease that has not changed for as long as it was given for, measured by *our* evenly running clock, was left.
So a clock that is set by an hour, or by a year, takes no job from a worker that is at it.
"""

import logging

from django.utils.translation import gettext as _

from rapport.core.jobs import presence, queue
from rapport.core.jobs.models import Job
from rapport.lib import clock

log = logging.getLogger(__name__)


class Watch:
    """What one worker has seen of the leases of all."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[object, float]] = {}

    def left(self) -> list[Job]:
        """The jobs that were left by their workers."""
        now = clock.monotonic()
        seen: dict[int, tuple[object, float]] = {}
        found = []
        for job in Job.objects.filter(state="running"):
            lives = presence.lives(job.worker) if job.worker else None
            lease = (job.lease_token, job.lease_until)
            before, since = self._seen.get(job.pk, (None, now))
            since = since if before == lease else now
            seen[job.pk] = (lease, since)
            if lives is False or (lives is None and now - since > queue.LEASE.total_seconds()):
                found.append(job)
        self._seen = seen
        return found

    def rescue(self) -> int:
        """Puts the jobs that were left back into the queue, or gives them up after too many tries; how many."""
        left = self.left()
        for job in left:
            log.warning("Job %s (%s) was left by its worker in try %s.", job.pk, job.kind, job.attempts)
            sentence = _("The worker stopped in the middle of this %(count)s times.") % {"count": job.attempts}
            if job.attempts >= queue.MOST_ATTEMPTS:
                queue.give_up(job, "dead", sentence)
            else:
                queue.note(job, _("The worker stopped in the middle."))
                queue.put_back(job, error=sentence)
        for name in {job.worker for job in left if job.worker}:
            presence.forget(name)
        return len(left)
