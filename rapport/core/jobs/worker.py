"""The worker: takes one job after the other until it is told to stop."""

import json
import logging
import random
import threading
import traceback
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.core.errors import Refused
from rapport.core.jobs import claiming, queue, registry
from rapport.core.jobs.handlers import Cancelled, JobAtWork, Stopping
from rapport.core.jobs.leases import Watch
from rapport.core.jobs.models import LANES, Job
from rapport.core.jobs.presence import Presence
from rapport.core.jobs.registry import Handler
from rapport.lib import around, clock
from rapport.lib.faults import point

POLL_SECONDS = 0.5
BACK_OFF = (5, 30, 120, 600)  # seconds to wait after the first, second, … try
JITTER = 0.2  # … and up to this share more, so that what failed together does not come back together
NO_DATABASE_SECONDS = 1.0
log = logging.getLogger(__name__)


class Slot:
    """One thread of a worker: takes jobs of some lanes. ``jobs`` are those it has leased at the moment."""

    def __init__(self, stop: threading.Event, lanes: tuple[str, ...] = LANES, worker: str = "") -> None:
        self.stop, self.lanes, self.worker = stop, lanes, worker
        self.jobs: list[Job] = []
        self.fetched = 0.0  # clock.monotonic() of the last time it asked for work

    def work(self, once: bool = False) -> int:
        """Runs jobs until told to stop; with ``once`` until none is due. Returns how many it took."""
        taken = 0
        while not self.stop.is_set():
            try:
                found = self._claim()
            except (DatabaseError, InterfaceError) as error:
                log.error("No job could be fetched: %s", type(error).__name__)
                _drop_broken_connection()
                if once:
                    raise
                self.stop.wait(NO_DATABASE_SECONDS)
                continue
            taken += found
            if not found and once:
                break
            if not found:
                self.stop.wait(POLL_SECONDS)
        return taken

    def _claim(self) -> int:
        """Leases what comes next and does it; how many jobs that was."""
        self.fetched = clock.monotonic()
        first = claiming.claim(clock.now(), lanes=self.lanes, worker=self.worker)
        if first is None:
            return 0
        known = registry.handler(first.kind)
        self.jobs = [first]
        try:
            if known is not None and known.batch > 1 and first.attempts == 1:
                self.jobs += claiming.claim_more(first, clock.now(), known.batch - 1)
                return self._together(known)
            run(first, self.stop)
            return 1
        finally:
            self.jobs = []

    def _together(self, known: Handler) -> int:
        """Does a batch and acknowledges with one statement all that went well."""
        done: list[Job] = []
        for job in self.jobs:
            if self.stop.is_set():
                settle(self.stop, lambda job=job: queue.put_back(job, attempt_counts=False))  # type: ignore[misc]
            elif attempt(job, known, self.stop):
                done.append(job)
        if done and settle(self.stop, lambda: queue.finish_together(done) == len(done)) is False:
            log.warning("Jobs of a batch went on elsewhere.")
        return len(self.jobs)


def work(stop: threading.Event, once: bool = False) -> int:
    """Runs jobs of every lane in this thread, those first that a dead worker left; returns how many it took."""
    here = Presence()
    try:
        Watch().rescue()
        return Slot(stop, worker=here.name).work(once)
    finally:
        here.end()


def run(job: Job, stop: threading.Event) -> None:
    """Runs one leased job and ends it, whatever happens inside."""
    known = registry.handler(job.kind)
    if known is None:
        settle(stop, lambda: queue.give_up(job, "failed", _("There is no handler for this kind of job.")))
    elif attempt(job, known, stop):
        try:
            settle(stop, lambda: queue.finish(job, "done", result=job.result))
        except DatabaseError as error:  # a result that cannot be stored
            _try_again(job, error, stop)


def attempt(job: Job, known: Handler, stop: threading.Event) -> bool:
    """Lets the handler work; True if all went well and the job is still to be acknowledged, else it has been ended."""
    point("jobs.begin")
    try:
        actor = queue.actor_of(job)
    except Refused as refused:
        sentence = refused.message
        settle(stop, lambda: queue.give_up(job, "failed", sentence))
        return False
    with translation.override(actor.language), around.work():
        try:
            job.result = known.run(JobAtWork(job, dict(job.args), actor, stop))
            json.dumps(job.result)
        except Cancelled:
            settle(stop, lambda: queue.finish(job, "cancelled"))
        except Stopping:
            settle(stop, lambda: queue.put_back(job, attempt_counts=False))
        except queue.LeaseLost:
            log.warning("Job %s (%s) went on elsewhere.", job.pk, job.kind)
        except Refused as refused:
            sentence = refused.message
            settle(stop, lambda: queue.give_up(job, "failed", sentence))
        except Exception as error:
            _try_again(job, error, stop)
        else:
            return True
    return False


def settle(stop: threading.Event, write: Callable[[], bool | None]) -> bool | None:
    """Writes how a job ended, again and again while the database refuses (a full disk, a lost connection).

    None if we were told to stop before it could be written: the job is done anew then, by whoever finds it left.
    """
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            log.error("The end of a job could not be written: %s", type(error).__name__)
            if connection.in_atomic_block:
                raise
            _drop_broken_connection()
            if stop.wait(NO_DATABASE_SECONDS):
                return None


def back_off(attempts: int) -> float:
    """Seconds to wait after so many tries."""
    wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return wait * (1 + random.random() * JITTER)  # noqa: S311 - no secret


def _try_again(job: Job, error: Exception, stop: threading.Event) -> None:
    # The place and the type only: messages of databases and parsers quote what people wrote.
    frames = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    kind = type(error)
    log.error("Job %s (%s), attempt %s: %s at %s", job.pk, job.kind, job.attempts, kind.__name__, places)
    _drop_broken_connection()
    sentence = _("Something went wrong on our side (%(type)s).") % {"type": kind.__name__}
    result = {"exception": f"{kind.__module__}.{kind.__qualname__}", "places": places}
    if job.attempts >= queue.MOST_ATTEMPTS:
        settle(stop, lambda: queue.give_up(job, "dead", sentence, result))
        return
    queue.note(job, sentence)
    wait = back_off(job.attempts)
    settle(stop, lambda: queue.put_back(job, after=wait, error=sentence, result=result))


def _drop_broken_connection() -> None:
    """The next statement shall not stumble over a connection that an error has left unusable."""
    if not connection.in_atomic_block:
        close_old_connections()
