"""What can be done later: how the handler of a kind of job is declared, and what it is given."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.jobs import queue, registry
from rapport.core.jobs.models import QUICK, Job
from rapport.core.jobs.registry import Handler, Notice, Work

PROGRESS_SECONDS = 0.5  # at most so often is progress written


class Cancelled(Exception):
    """Somebody asked for the job to end; what it did so far stays."""


class Stopping(Exception):
    """The worker is shutting down; the job goes back to the queue."""


@dataclass
class JobAtWork:
    """A job at work: its arguments, the actor who asked for it, and ways to say how far it is."""

    job: Job
    args: dict[str, Any]
    actor: Actor
    stop: threading.Event = field(default_factory=threading.Event)
    _written: float = 0.0

    def progress(self, done: int, total: int = 0) -> None:
        """Says how far the work is (in units of the handler's choice) and renews the lease.

        Call it between transactions. Ends the handler with Cancelled, Stopping or LeaseLost where it must not go on.
        """
        if self.stop.is_set():
            raise Stopping
        if time.monotonic() - self._written < PROGRESS_SECONDS:
            return
        self._written = time.monotonic()
        if queue.renew(self.job, done, total):
            raise Cancelled

    def log(self, line: str) -> None:
        """Adds a line to the job's log, for its page; written with the next progress. Never values of people."""
        queue.note(self.job, line)


Progress = Callable[[int, int], None]


def job(
    kind: str,
    *,
    title: Any = "",
    lane: str = QUICK,
    batch: int = 1,
    gave_up: Notice | None = None,
    cancelled: Notice | None = None,
    retried: Notice | None = None,
    can_retry: bool = True,
) -> Callable[[Work], Work]:
    """Declares the handler of a kind of job: ``@job("import.run", lane=LONG)``. What it returns is the job's result."""

    def declare(run: Work) -> Work:
        registry.add(kind, Handler(run, gave_up, cancelled, retried, can_retry, title, lane, batch))
        return run

    return declare
