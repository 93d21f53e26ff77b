"""Beside the slots of a worker: shows that it lives, renews its leases, rescues what others left, minds schedules."""

import datetime
import logging
import threading
from collections.abc import Callable, Sequence

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F

from rapport.core.jobs import heartbeat, queue, schedules, worker
from rapport.core.jobs.leases import Watch
from rapport.core.jobs.models import Job
from rapport.core.jobs.worker import Slot
from rapport.lib import clock

STEP_SECONDS = 1.0
log = logging.getLogger(__name__)


class Keeper:
    """Does each of its duties as often as that needs."""

    def __init__(self, stop: threading.Event, slots: Sequence[Slot], name: str) -> None:
        self.stop, self.slots, self.name = stop, slots, name
        watch = Watch()
        duties: list[tuple[float, Callable[[], object]]] = [
            (STEP_SECONDS, schedules.tick),
            (heartbeat.EVERY_SECONDS, self.beat),
            (heartbeat.EVERY_SECONDS, watch.rescue),
            (queue.LEASE.total_seconds() / 4, self.renew),
            (60.0, mend_times),
        ]
        self._next = [(0.0, every, duty) for every, duty in duties]

    def run(self) -> None:
        """Until told to stop. A database that does not answer is tried again at the next step."""
        while not self.stop.wait(STEP_SECONDS):
            try:
                self.step()
            except (DatabaseError, InterfaceError) as error:
                log.error("The keeper of the worker lost the database: %s", type(error).__name__)
                close_old_connections()
        connection.close()

    def step(self) -> None:
        """Does what is due."""
        now = clock.monotonic()
        for number, (due, every, duty) in enumerate(self._next):
            if due <= now:
                self._next[number] = (now + every, every, duty)
                duty()

    def beat(self) -> None:
        """A sign of life."""
        fetched = max((slot.fetched for slot in self.slots), default=0.0)
        heartbeat.beat(self.name, clock.monotonic() - fetched if fetched else None)

    def renew(self) -> None:
        """Renews the leases of what the slots are at, so that no handler must."""
        queue.keep([job for slot in self.slots for job in list(slot.jobs)])


def mend_times() -> int:
    """After a clock that was ahead has been put right: what was to be done at once then, and what was to be tried
    again, is not made to wait for that time to come once more. Returns how many jobs came back.
    """
    now = clock.now()
    longest = datetime.timedelta(seconds=max(worker.BACK_OFF) * (1 + worker.JITTER))
    waiting = Job.objects.filter(state="queued", run_at__gt=now)
    at_once = waiting.filter(run_at__lte=F("created_at"))
    again = waiting.filter(attempts__gt=0, run_at__gt=now + longest)
    return at_once.update(run_at=now) + again.update(run_at=now)
