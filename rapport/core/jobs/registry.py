"""Which kinds of jobs there are, and who does them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.core.jobs.models import QUICK, Job

if TYPE_CHECKING:
    from rapport.core.jobs.handlers import JobAtWork

Work = Callable[["JobAtWork"], dict[str, Any]]
Notice = Callable[[Job, str], None]


@dataclass(frozen=True)
class Handler:
    """``run`` does the work.

    ``gave_up(job, sentence)`` is told when the job has failed for good, ``cancelled(job, sentence)`` when it was
    cancelled before it began, ``retried(job, sentence)`` when somebody puts it back after all; that one may refuse.
    ``can_retry``: whether putting back makes sense at all. ``title`` is the kind in words. ``lane``: quick or long
    (seconds and more). ``batch``: so many are leased and acknowledged at once; for cheap work that may be repeated.
    """

    run: Work
    gave_up: Notice | None = None
    cancelled: Notice | None = None
    retried: Notice | None = None
    can_retry: bool = True
    title: Any = ""
    lane: str = QUICK
    batch: int = 1


_handlers: dict[str, Handler] = {}


def add(kind: str, handler: Handler) -> None:
    """Registers the handler of a kind. ``ValueError`` if there is one."""
    if kind in _handlers:
        raise ValueError(f"Two handlers for “{kind}”.")
    _handlers[kind] = handler


def handler(kind: str) -> Handler | None:
    """The handler of a kind, None if there is none."""
    return _handlers.get(kind)


def kinds() -> list[str]:
    """All kinds, by name."""
    return sorted(_handlers)
