"""The worker process: slots that take jobs, a keeper, and the loops of other rooms, each in a thread."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import connections

from rapport.core.jobs import heartbeat, loops, schedules
from rapport.core.jobs.keeper import Keeper
from rapport.core.jobs.models import LONG, QUICK
from rapport.core.jobs.presence import Presence
from rapport.core.jobs.worker import Slot

PATIENCE_SECONDS = 4.0  # so long may a handler take to come to its next progress when the process ends
log = logging.getLogger(__name__)


class Broken(Exception):
    """A thread of the worker ended by itself; the process must be started anew."""


def run(stop: threading.Event, *, quick: int = 1, long: int = 1) -> None:
    """Works until ``stop`` is set, with so many slots for quick and for long jobs.

    Broken if a thread ended by itself: whoever started the process starts it again, and what was left is rescued.
    """
    presence = Presence()
    schedules.sync()
    slots = [Slot(stop, (lane,), presence.name) for lane, count in ((QUICK, quick), (LONG, long)) for _ in range(count)]
    keeper = Keeper(stop, slots, presence.name)
    keeper.step()
    broken: list[str] = []

    def thread(name: str, work: Callable[[], object]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except Exception as error:
                log.exception("A thread of the worker ended: %s", type(error).__name__)
                broken.append(name)
                stop.set()
            finally:
                connections.close_all()

        return threading.Thread(target=guarded, name=name, daemon=True)

    threads = [thread("keeper", keeper.run)]
    threads += [thread(f"{slot.lanes[0]}-{number}", slot.work) for number, slot in enumerate(slots)]
    for one in threads:
        one.start()
    threads += loops.start(stop)
    stop.wait()
    if _ended(threads):
        heartbeat.end(presence.name)
        presence.end()
    # Otherwise the file of our presence stays: its lock goes with us, and others see that we left work behind.
    connections.close_all()
    if broken:
        raise Broken(", ".join(broken))


def _ended(threads: list[threading.Thread]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    for one in threads:
        one.join(max(end - time.monotonic(), 0.0))
    return not any(one.is_alive() for one in threads)
