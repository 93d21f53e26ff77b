"""The parts of home: what a user should do now. Packages add theirs when their screens are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from rapport.accounts.actor import Actor

Load = Callable[[HttpRequest, Actor], dict[str, Any] | None]


@dataclass(frozen=True)
class HomePart:
    """One card of home.

    ``load`` gives the values that ``template`` reads as ``values``; None: the part is not shown. It asks a bounded
    number of questions, each served by an index. The template draws what is inside the card, ``part`` is this object.
    ``is_beside``: it stands in the narrow column. ``more`` is where its title leads, "" for nowhere.
    """

    key: str
    title: Any
    order: int
    template: str
    load: Load
    is_beside: bool = False
    more: str = ""


@dataclass(frozen=True)
class Shown:
    """A part and the values it has at the moment."""

    part: HomePart
    values: dict[str, Any]


_parts: dict[str, HomePart] = {}


def add(part: HomePart) -> None:
    """Adds a part to home. ValueError if there is one with that key."""
    if part.key in _parts:
        raise ValueError(f"Two parts of home are called “{part.key}”.")
    _parts[part.key] = part


def shown(request: HttpRequest, actor: Actor) -> list[Shown]:
    """The parts that have something to show to this actor, in their order."""
    loaded = ((part, part.load(request, actor)) for part in sorted(_parts.values(), key=lambda part: part.order))
    return [Shown(part, values) for part, values in loaded if values is not None]
