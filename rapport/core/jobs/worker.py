"""The worker: takes one job after the other until it is told to stop."""

import logging
import threading
import traceback

from django.db import OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.core.errors import Refused
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Cancelled, Handler, Stopping, Task, handler
from rapport.core.jobs.models import Job
from rapport.lib import clock

POLL_SECONDS = 0.5
log = logging.getLogger(__name__)


def work(stop: threading.Event, once: bool = False) -> int:
    """Runs jobs until ``stop`` is set; with ``once`` until none is due. Returns how many it took."""
    taken = 0
    while not stop.is_set():
        try:
            found = queue.claim(clock.now())
        except OperationalError as error:
            log.error("The database cannot be reached: %s", type(error).__name__)
            _drop_broken_connection()
            found = None
            if once:
                raise
        if found is not None:
            taken += 1
            run(found, stop)
        elif once:
            break
        else:
            stop.wait(POLL_SECONDS)
    return taken


def run(job: Job, stop: threading.Event) -> None:
    """Runs one leased job and ends it, whatever happens inside."""
    known = handler(job.kind)
    if known is None:
        _give_up(job, None, _("There is no handler for this kind of job."))
        return
    if job.attempts > queue.MOST_ATTEMPTS:
        _give_up(
            job, known, _("The worker stopped in the middle of this %(count)s times.") % {"count": job.attempts - 1}
        )
        return
    try:
        actor = queue.actor_of(job)
        with translation.override(actor.language):
            result = known.run(Task(job, dict(job.args), actor, stop))
        queue.finish(job, "done", result=result)
    except Cancelled:
        queue.finish(job, "cancelled")
    except Stopping:
        queue.put_back(job, attempt_counts=False)
    except queue.LeaseLost:
        log.warning("Job %s (%s) went on elsewhere.", job.pk, job.kind)
    except Refused as refused:
        _give_up(job, known, refused.message)
    except Exception as error:
        _try_again(job, known, error)


def _try_again(job: Job, known: Handler, error: Exception) -> None:
    # The place and the type only: messages of databases and parsers quote what people wrote.
    places = " < ".join(
        f"{frame.filename}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    log.error("Job %s (%s), attempt %s: %s at %s", job.pk, job.kind, job.attempts, type(error).__name__, places)
    _drop_broken_connection()
    sentence = _("Something went wrong on our side (%(type)s).") % {"type": type(error).__name__}
    if job.attempts >= queue.MOST_ATTEMPTS:
        _give_up(job, known, sentence)
    else:
        wait = queue.BACK_OFF[min(job.attempts, len(queue.BACK_OFF)) - 1]
        queue.put_back(job, after=wait, error=sentence)


def _drop_broken_connection() -> None:
    """The next statement shall not stumble over a connection that an error has left unusable."""
    if not connection.in_atomic_block:
        close_old_connections()


def _give_up(job: Job, known: Handler | None, sentence: str) -> None:
    if queue.finish(job, "failed", error=sentence) and known is not None and known.gave_up is not None:
        known.gave_up(dict(job.args), sentence)
