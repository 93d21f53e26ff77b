"""The pump: seals what was committed and lets the consumers follow, for as long as the worker lives."""

import logging
import threading
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from rapport.core import health
from rapport.core.events import consumers, sealer
from rapport.core.events.models import Parked
from rapport.core.health import Health
from rapport.core.jobs.loops import loop
from rapport.lib import around, clock

POLL_SECONDS = 0.5
MOST_PAUSE = 30.0  # seconds between tries while the database is away
LATE_SECONDS = 60.0  # an event that waits longer for the seal is a sign that nobody seals
log = logging.getLogger(__name__)


@loop("pump")
def work(stop: threading.Event) -> None:
    """Pumps until ``stop`` is set. An error of the database is waited out."""
    pen, pause = sealer.Sealer(), POLL_SECONDS
    while not stop.is_set():
        try:
            consumers.begin()
            while not stop.is_set():
                busy = turn(pen, stop)
                pause = POLL_SECONDS
                if not busy:
                    stop.wait(POLL_SECONDS)
        except Exception as error:
            # The type only: messages of databases quote what people wrote.
            log.error("The pump of events stumbled and goes on: %s", type(error).__name__)
            _forget_connection()
            stop.wait(pause)
            pause = min(pause * 2, MOST_PAUSE)
    try:
        pen.anchor()
        pen.release()
    except DatabaseError:
        log.warning("The lease of the seal could not be given back; it ends by itself.")
    connection.close()


def drain() -> int:
    """Pumps until nothing is left to seal, to handle or to try again; returns how many events were handled."""
    pen, total = sealer.Sealer(), 0
    consumers.begin()
    while done := turn(pen, threading.Event()):
        total += done
    pen.anchor()
    pen.release()
    return total


def turn(pen: sealer.Sealer, stop: threading.Event) -> int:
    """Seals what waits, then lets each consumer go as far as it can; returns how much there was to do."""
    done = 0
    while not stop.is_set() and (sealed := pen.seal()):
        done += sealed
    pen.anchor_when_due()
    with around.work():
        for one in consumers.every():
            while not stop.is_set() and (seen := consumers.advance(one)):
                done += seen
        return done + consumers.retry(clock.now())


@dataclass(frozen=True)
class Figures:
    """Where the pump is: events without seal, the age of the oldest (seconds), the lag of each consumer, parked."""

    waiting: int
    oldest_seconds: float
    lags: tuple[consumers.Lag, ...]
    parked: int


def figures() -> Figures:
    """How far everything is."""
    number, seconds = sealer.waiting()
    return Figures(number, seconds, tuple(consumers.lags()), Parked.objects.count())


def check() -> Health:
    """The figures for those who watch: a lag is a warning, an event that waits for minutes means nobody seals."""
    now = figures()
    counts: dict[str, float | None] = {"waiting": now.waiting, "oldest_seconds": round(now.oldest_seconds, 1)}
    counts |= {f"behind: {lag.name}": lag.behind for lag in now.lags}
    counts["parked"] = now.parked
    warnings = []
    if now.oldest_seconds > LATE_SECONDS:
        warnings.append(f"The oldest event has been waiting for its seal for {now.oldest_seconds:.0f} seconds.")
    if now.parked:
        warnings.append("Some events could not be handled; see Settings, Audit.")
    return Health(counts, warning=" ".join(warnings))


health.register("events", check)


def _forget_connection() -> None:
    try:
        close_old_connections()
        connection.close_if_unusable_or_obsolete()
    except (DatabaseError, InterfaceError):
        connection.connection = None
