"""What time it is. All code asks here, so that a test can stop the clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _


class StoppedClock:
    """A clock that shows ``moment`` until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = _in_utc(moment)
        self.seconds = time.monotonic()

    def advance(self, **span: float) -> None:
        """Time goes by: a span named as for ``timedelta``, ``advance(hours=2)``."""
        self.moment += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()

    def put(self, **span: float) -> None:
        """Somebody sets the clock, by a span that may be negative, while no time goes by."""
        self.moment += timedelta(**span)


# One for the process, not one for each thread: it also stops for the server and worker threads of a test.
_stopped: StoppedClock | None = None


# The time at which this thread alone writes, see :func:`as_of`.
_as_of: ContextVar[datetime | None] = ContextVar("as_of", default=None)


def now() -> datetime:
    """This moment in UTC, aware of its zone."""
    told = _as_of.get()
    if told is not None:
        return told
    return _stopped.moment if _stopped else datetime.now(UTC)


def monotonic() -> float:
    """Seconds from some beginning, the same for all of this process: they go on evenly when somebody sets the clock."""
    return _stopped.seconds if _stopped else time.monotonic()


def is_plannable(year: int) -> bool:
    """Whether something may be planned in it. Beyond, a time zone may lead out of what dates can hold."""
    return 1900 <= year <= 2200


def today(zone: str) -> date:
    """The date in a time zone, for example ``"Europe/Berlin"``; ``ValueError`` when there is no such zone."""
    return now().astimezone(zone_named(zone)).date()


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; ``ValueError`` with a sentence when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            _("There is no time zone “%(name)s”. Choose one such as Europe/Berlin.") % {"name": name[:60]},
        ) from error


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Within the block, and in this thread alone, ``now()`` gives ``moment``: for writing a history that is past."""
    token = _as_of.set(_in_utc(moment))
    try:
        yield
    finally:
        _as_of.reset(token)


@contextmanager
def frozen(moment: datetime) -> Iterator[StoppedClock]:
    """For tests: within the block ``now()`` gives ``moment``, which must be aware; the clock given can be moved."""
    global _stopped  # noqa: PLW0603 - there is one clock
    before, _stopped = _stopped, StoppedClock(moment)
    try:
        yield _stopped
    finally:
        _stopped = before


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone says nothing: give it one, for example tzinfo=UTC.")
    return moment.astimezone(UTC)
