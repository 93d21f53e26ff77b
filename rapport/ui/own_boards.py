"""Boards that an object draws by itself in place of the derived one: own columns, heads and cards.

A package adds one for its kind and the field by whose options it stands. Filters, views, search and the ways to the
other looks stay those of every list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapport.accounts.actor import Actor
from rapport.ui.screens.asking import PLACE, Pairs, without

Draw = Callable[[Actor, Pairs], dict[str, Any]]


@dataclass(frozen=True)
class OwnBoard:
    """``draw`` gives the values that ``template`` reads as ``board``, for the query of an address; ``head`` and
    ``totals`` are templates for beside the title and beside the views. ``is_usual``: a list without anything asked of
    it stands as this board.
    """

    kind: str
    by: str
    template: str
    draw: Draw
    head: str = ""
    totals: str = ""
    is_usual: bool = False


_boards: dict[str, OwnBoard] = {}


def add(board: OwnBoard) -> None:
    """Lets lists of this kind stand as this board."""
    _boards[board.kind] = board


def of(kind: str) -> OwnBoard | None:
    """The own board of a kind, None where it has the derived ones alone."""
    return _boards.get(kind)


def is_meant(kind: str, pairs: Pairs) -> bool:
    """Whether an address asks for nothing, and the list of this kind stands as its own board then."""
    own = _boards.get(kind)
    return own is not None and own.is_usual and without(pairs, "view", *PLACE) == [] and not _turned(pairs)


def _turned(pairs: Pairs) -> bool:
    """Whether it is a further page of the table."""
    return any(name in ("after", "before") or (name == "view" and value.isdecimal()) for name, value in pairs)
