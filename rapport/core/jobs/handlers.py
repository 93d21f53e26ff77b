"""What can be done later: the handler of each kind of job, and what it is given."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job

PROGRESS_SECONDS = 0.5  # at most so often is progress written


class Cancelled(Exception):
    """Somebody asked for the job to end; what it did so far stays."""


class Stopping(Exception):
    """The worker is shutting down; the job goes back to the queue."""


@dataclass
class Task:
    """A job at work: its arguments, the actor who asked for it, and a way to say how far it is."""

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


Progress = Callable[[int, int], None]
Run = Callable[[Task], dict[str, Any]]
GaveUp = Callable[[dict[str, Any], str], None]


@dataclass(frozen=True)
class Handler:
    """``run`` does the work; ``gave_up(args, sentence)`` is told when the job has failed for good."""

    run: Run
    gave_up: GaveUp | None = None


_handlers: dict[str, Handler] = {}


def job(kind: str, *, gave_up: GaveUp | None = None) -> Callable[[Run], Run]:
    """Declares the handler of a kind of job: ``@job("import.run")``. What it returns is the job's result."""

    def declare(run: Run) -> Run:
        if kind in _handlers:
            raise ValueError(f"Two handlers for “{kind}”.")
        _handlers[kind] = Handler(run, gave_up)
        return run

    return declare


def handler(kind: str) -> Handler | None:
    """The handler of a kind, None if there is none."""
    return _handlers.get(kind)
