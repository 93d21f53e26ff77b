"""Why something happened: the event that led to it, and how long the chain of causes may grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from rapport.core.errors import Refused
from rapport.core.events.models import Event

MOST_DEPTH = 8  # effects of effects; one more is taken for a loop

_handled: ContextVar[tuple[int, int] | None] = ContextVar("handled event and its depth", default=None)


class TooDeep(Refused):
    """A chain of consequences that would not end: rules that trigger each other (409)."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Stopped: this follows from an event that %(most)s others led to. Rules seem to trigger each other.")
            % {"most": MOST_DEPTH}
        )


@contextmanager
def handling(event: Event) -> Iterator[None]:
    """Whatever is emitted inside the block follows from ``event``. Costs a query for each cause before it."""
    token = _handled.set((event.pk, depth_of(event)))
    try:
        yield
    finally:
        _handled.reset(token)


def cause_id(explicit: Event | None = None) -> int | None:
    """The id of the event that what is now emitted follows from; TooDeep where the chain has become too long."""
    cause = (explicit.pk, depth_of(explicit)) if explicit else _handled.get()
    if cause is None:
        return None
    event_id, depth = cause
    if depth >= MOST_DEPTH:
        raise TooDeep
    return event_id


def depth_of(event: Event) -> int:
    """How many events led to this one, one after the other; not counted further than :data:`MOST_DEPTH`."""
    depth, before = 0, event.cause_id
    while before is not None and depth < MOST_DEPTH:
        depth += 1
        before = Event.objects.filter(pk=before).values_list("cause_id", flat=True).first()
    return depth
