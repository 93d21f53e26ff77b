"""Other loops that live in the worker process: each runs in a thread of its own as long as the worker does.

>>> @loop("sealer")
... def seal_what_comes(stop: threading.Event) -> None:
...     while not stop.wait(1):
...         seal()
"""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, connections

Loop = Callable[[threading.Event], None]
AGAIN_SECONDS = 5.0  # a loop that broke is started again after this long

log = logging.getLogger(__name__)
_loops: dict[str, Loop] = {}


def loop(name: str) -> Callable[[Loop], Loop]:
    """Declares a loop of the worker process. It is given an event and must return soon after that is set.

    Every worker runs every loop: one that may only be once at a time takes a lock of its own.
    """

    def declare(run: Loop) -> Loop:
        if name in _loops:
            raise ValueError(f"Two loops are called “{name}”.")
        _loops[name] = run
        return run

    return declare


def start(stop: threading.Event) -> list[threading.Thread]:
    """Starts every loop in a thread; they end when ``stop`` is set."""
    threads = [
        threading.Thread(target=_keep, args=(name, run, stop), name=name, daemon=True) for name, run in _loops.items()
    ]
    for thread in threads:
        thread.start()
    return threads


def _keep(name: str, run: Loop, stop: threading.Event) -> None:
    """Runs the loop again and again: the database may be away for a while, and a fault must not end it for good."""
    while not stop.is_set():
        try:
            run(stop)
        except DatabaseError as error:
            log.error("The loop %s lost the database: %s", name, type(error).__name__)
        except Exception as error:
            log.error("The loop %s broke: %s", name, type(error).__name__)
        finally:
            connections.close_all()
        stop.wait(AGAIN_SECONDS)
