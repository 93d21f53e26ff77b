"""Acts that change no field of a record, and are taken back in a way of their own: rooms say how."""

from collections.abc import Callable

from rapport.accounts.actor import Actor
from rapport.core.events.models import Act

# Takes an act back within the open act of the undo, or (None) only tells what that would do: how many it changes.
Undoer = Callable[[Actor, Act, Act | None], int]
_undoers: dict[str, Undoer] = {}


def add(kind: str, undoer: Undoer) -> None:
    """Declares how acts of a kind are taken back. ValueError if that was said already."""
    if kind in _undoers:
        raise ValueError(f"Two ways to take back “{kind}”.")
    _undoers[kind] = undoer


def of(act: Act) -> Undoer | None:
    """How an act is taken back; None for those whose changes are put back one by one."""
    return _undoers.get(act.kind)
