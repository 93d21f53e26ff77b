"""Consumers: functions that follow the sealed events, each at its own pace, at least once, never blocking another.

``@on("deal.won", name="place order")`` declares one. It is called with a :class:`Happening` inside a transaction that
also moves its cursor, so what it writes to the database happens exactly once; work outside is put in the queue of
jobs. What it emits follows from the event it handles. An event it fails on is parked, tried again with growing waits
and shown; the others pass. What it did to the database in that try is taken back.
"""

import datetime
import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection, transaction

from rapport.accounts.actor import Actor
from rapport.core.events import causes, sealer
from rapport.core.events.models import ConsumerCursor, Event, Handled, Parked
from rapport.lib import clock, faults

WINDOW = 500  # events looked at in one go; an act of at most so many, written at once, arrives as one
BACK_OFF = (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)  # seconds to wait after the first, second, … attempt
MOST_ATTEMPTS = len(BACK_OFF) + 1
_ROOT = Path(__file__).resolve().parents[3]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Happening:
    """What a consumer is told: the events of one act that it asked for, in the order of the seal.

    One that asked for each gets one event a call, and so does everybody when an act could not be handled as a whole.
    """

    consumer: str
    events: tuple[Event, ...]

    @property
    def event(self) -> Event:
        """The first, which what follows has as its cause."""
        return self.events[0]

    @property
    def actor(self) -> Actor:
        """The house, at the door of consequences."""
        return Actor.system(via="flow")

    def first_time(self) -> bool:
        """False if this consumer has been here before with this event: a replay, or a delivery after a crash.

        The mark is written in the transaction of the handler, so a try that failed leaves none.
        """
        return Handled.objects.get_or_create(consumer=self.consumer, cause=self.event)[1]


Handle = Callable[[Happening], None]


@dataclass(frozen=True)
class Consumer:
    """A declared consumer. ``kinds`` are kinds of events; ``person.*`` means all of a noun, ``*`` all there are.

    ``but_not`` are beginnings of kinds of acts whose events it is not given: those of an import are not even read.
    """

    name: str
    kinds: tuple[str, ...]
    handle: Handle
    each: bool
    from_start: bool
    but_not: tuple[str, ...] = ()

    def wants(self, kind: str, act_kind: str) -> bool:
        """Whether it asked for events of this kind in such an act."""
        if act_kind.startswith(self.but_not):
            return False
        noun = kind.partition(".")[0]
        return any(wanted in (kind, "*", f"{noun}.*") for wanted in self.kinds)


_consumers: dict[str, Consumer] = {}


def consumer(
    name: str, *, kinds: Iterable[str], each: bool = False, from_start: bool = False, but_not: Iterable[str] = ()
) -> Callable[[Handle], Handle]:
    """Declares a consumer. ``each``: one call for each event instead of one for each act.

    A new consumer begins with what happens from now on, with ``from_start`` at the first event ever. ``but_not``: kinds
    of acts, or their beginnings, that do not concern it.
    """

    def declare(handle: Handle) -> Handle:
        if name in _consumers:
            raise ValueError(f"Two consumers are called “{name}”.")
        _consumers[name] = Consumer(name, tuple(kinds), handle, each, from_start, tuple(but_not))
        return handle

    return declare


def on(
    *kinds: str, name: str, each: bool = False, from_start: bool = False, but_not: Iterable[str] = ()
) -> Callable[[Handle], Handle]:
    """As :func:`consumer`, to be read aloud: ``@on("deal.won", name="place order")``."""
    return consumer(name, kinds=kinds, each=each, from_start=from_start, but_not=but_not)


def every() -> tuple[Consumer, ...]:
    """All consumers, in the order of declaration."""
    return tuple(_consumers.values())


def begin() -> None:
    """Gives new consumers their cursor. Called when the worker starts, so that nothing after that is missed."""
    known = set(ConsumerCursor.objects.values_list("name", flat=True))
    head = sealer.state().head_no
    for one in every():
        if one.name not in known:
            ConsumerCursor.objects.get_or_create(name=one.name, defaults={"seal_no": 0 if one.from_start else head})


def advance(one: Consumer) -> int:
    """Lets a consumer handle its next events; returns how many events it went past, 0 if it is at the head."""
    cursor = ConsumerCursor.objects.filter(name=one.name).first()
    if cursor is None:
        begin()
        cursor = ConsumerCursor.objects.get(name=one.name)
    window = _window(cursor.seal_no)
    if not window:
        return 0
    groups: dict[int, list[int]] = {}
    for seal_no, pk, kind, act_id, act_kind in window:
        if one.wants(kind, act_kind) and seal_no > cursor.ahead.get(str(act_id), 0):
            groups.setdefault(pk if one.each else act_id, []).append(pk)
    try:
        for ids in groups.values():
            _deliver(one, cursor, ids)
        with transaction.atomic():
            _move(cursor, window[-1][0], {})
    except _Elsewhere:
        return 0  # another worker has handled these
    return len(window)


def retry(now: datetime.datetime) -> int:
    """Tries parked events again whose time has come; returns how many."""
    due = list(Parked.objects.filter(next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)[:WINDOW])
    for pk in due:
        _retry(pk, now)
    return len(due)


def replay(ids: Sequence[int] | None = None) -> int:
    """Lets parked events (all, or those with these ids) be tried again at once by the worker; returns how many."""
    parked = Parked.objects.all() if ids is None else Parked.objects.filter(pk__in=ids)
    return parked.update(next_at=clock.now())


@dataclass(frozen=True)
class Lag:
    """How far a consumer is behind: sealed events it has not looked at, and events parked for it."""

    name: str
    behind: int
    parked: int


def lags() -> list[Lag]:
    """The lag of every consumer."""
    head = sealer.state().head_no
    places = dict(ConsumerCursor.objects.values_list("name", "seal_no"))
    parked: dict[str, int] = {}
    for name in Parked.objects.values_list("consumer", flat=True):
        parked[name] = parked.get(name, 0) + 1
    return [Lag(one.name, max(head - places.get(one.name, head), 0), parked.get(one.name, 0)) for one in every()]


# -------------------------------------------------------------------- pieces
class _Elsewhere(Exception):
    """Somebody else has moved the cursor."""


def _window(after: int) -> list[tuple[int, int, str, int, str]]:
    """The next sealed events. A last act that goes on behind the window, or may, is left for the next one.

    Another worker seals in batches, and one may end within an act: the act is held back until the rest has its seal,
    which is a matter of one batch more. One that is too large for a window does not wait.
    """
    rows = Event.objects.filter(seal_no__gt=after).order_by("seal_no")
    found = rows.values_list("seal_no", "pk", "kind", "act_id", "act__kind")[:WINDOW]
    window = [(seal_no or 0, pk, kind, act_id, act_kind) for seal_no, pk, kind, act_id, act_kind in found]
    is_full = len(window) == WINDOW
    if window and (is_full or _goes_on(window)):
        begins = next(place for place, row in enumerate(window) if row[3] == window[-1][3])
        return window[:begins] or (window if is_full else [])
    return window


def _goes_on(window: Sequence[tuple[int, int, str, int, str]]) -> bool:
    """Whether the last act of a window has events behind it, sealed or not."""
    last = window[-1][3]
    newest = max(pk for _seal_no, pk, _kind, act_id, _act_kind in window if act_id == last)
    return Event.objects.filter(act_id=last, pk__gt=newest).exists()


def _deliver(one: Consumer, cursor: ConsumerCursor, ids: Sequence[int]) -> None:
    """Hands over the events of one act; those that fail are parked singly, so that the others pass."""
    events = _events(ids)
    if not events:
        return
    try:
        _handle(one, cursor, events)
    except _Elsewhere:
        raise
    except Exception as error:
        _reraise_if_away(error)
        if len(events) > 1:
            for event in events:
                _deliver(one, cursor, [event.pk])
            return
        with transaction.atomic():
            ahead = _progress(cursor, events[0])
            _park(one, events[0], error)
        cursor.ahead = ahead


def _events(ids: Sequence[int]) -> list[Event]:
    return list(Event.objects.filter(pk__in=ids).select_related("act", "user", "subject").order_by("seal_no"))


def _handle(one: Consumer, cursor: ConsumerCursor, events: Sequence[Event]) -> None:
    with transaction.atomic():
        ahead = _progress(cursor, events[-1])
        with causes.handling(events[0]):
            one.handle(Happening(one.name, tuple(events)))
        faults.point("consumer.handled")
    cursor.ahead = ahead


def _progress(cursor: ConsumerCursor, event: Event) -> dict[str, int | None]:
    """Notes in the transaction at hand that this event of its act is done."""
    ahead = {**cursor.ahead, str(event.act_id): event.seal_no}
    _move(cursor, cursor.seal_no, ahead)
    return ahead


def _move(cursor: ConsumerCursor, seal_no: int, ahead: dict[str, int | None]) -> None:
    """Moves the cursor in the transaction at hand, unless somebody else has moved it since it was read."""
    mine = ConsumerCursor.objects.filter(pk=cursor.pk)
    found = mine.select_for_update().first()
    if found is None or found.seal_no != cursor.seal_no or found.ahead != cursor.ahead:
        raise _Elsewhere
    mine.update(seal_no=seal_no, ahead=ahead)


def _retry(pk: int, now: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            parked = Parked.objects.select_for_update().filter(pk=pk).first()
            if parked is not None and (parked.next_at is None or parked.next_at > now):
                return  # another worker has just tried it, in vain
            one = _consumers.get(parked.consumer) if parked else None
            if parked is None or one is None:
                Parked.objects.filter(pk=pk).update(next_at=None)  # its consumer is not installed now
                return
            (event,) = _events([parked.event_id])
            with causes.handling(event):
                one.handle(Happening(one.name, (event,)))
            parked.delete()
            faults.point("consumer.replayed")
    except Exception as error:
        _reraise_if_away(error)
        parked = Parked.objects.filter(pk=pk).first()
        if parked is not None:
            attempts = parked.attempts + 1
            Parked.objects.filter(pk=pk).update(attempts=attempts, next_at=_next(attempts, error), error=_told(error))
            log.error("Consumer %s, event %s, attempt %s: %s", parked.consumer, parked.event_id, attempts, _told(error))


def _park(one: Consumer, event: Event, error: Exception) -> None:
    log.error("Consumer %s parks event %s: %s", one.name, event.pk, _told(error))
    values = {"attempts": 1, "next_at": _next(1, error), "error": _told(error), "parked_at": clock.now()}
    Parked.objects.update_or_create(consumer=one.name, event=event, defaults=values)


def _next(attempts: int, error: Exception) -> datetime.datetime | None:
    if isinstance(error, causes.TooDeep) or attempts >= MOST_ATTEMPTS:
        return None
    return clock.now() + datetime.timedelta(seconds=BACK_OFF[attempts - 1])


def _told(error: Exception) -> str:
    """The error without values: messages of databases and parsers quote what people wrote."""
    if isinstance(error, causes.TooDeep):
        return error.message[:300]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT)] or frames
    place = ours[-1] if ours else None
    where = f"{Path(place.filename).name}:{place.lineno}" if place else "?"
    return f"{type(error).__name__} at {where}"


def _reraise_if_away(error: Exception) -> None:
    """An error of the whole database is not the event's fault: the pump waits and tries again."""
    if isinstance(error, OperationalError | InterfaceError):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (OperationalError, InterfaceError):
            raise error from None
