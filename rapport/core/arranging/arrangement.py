"""What a layout says: an order, what is left out of it, and for facts the groups they stand in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
MOST_NAME = 60  # signs of a group's name


@dataclass(frozen=True)
class Group:
    """Facts under one heading, in order.

    ``name`` is the heading that somebody gave it; where there is none, that of the field ``like`` as it was declared,
    in the reader's language. ``is_folded``: closed until somebody opens it.
    """

    keys: tuple[str, ...]
    name: str = ""
    like: str = ""
    is_folded: bool = False


@dataclass(frozen=True)
class Arrangement:
    """``keys`` in order, and those ``left_out``. With ``groups`` the facts stand in these, in their order."""

    keys: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()

    def ordered(self, things: Mapping[str, T]) -> dict[str, T]:
        """The things in this order; those that it does not know (new ones) come last, as they stood."""
        place = {key: number for number, key in enumerate(self.keys)}
        last = len(place)
        return dict(sorted(things.items(), key=lambda pair: place.get(pair[0], last)))


NONE = Arrangement()


def to_json(arrangement: Arrangement) -> dict[str, Any]:
    """The arrangement as the table keeps it."""
    groups = [
        {"keys": list(one.keys), "name": one.name, "like": one.like, "folded": one.is_folded}
        for one in arrangement.groups
    ]
    return {"keys": list(arrangement.keys), "left_out": sorted(arrangement.left_out), "groups": groups}


def from_json(stored: Mapping[str, Any] | None) -> Arrangement:
    """The arrangement that the table keeps; none where there is none."""
    if stored is None:
        return NONE
    groups = tuple(
        Group(tuple(one["keys"]), one.get("name", ""), one.get("like", ""), bool(one.get("folded")))
        for one in stored.get("groups", ())
    )
    return Arrangement(tuple(stored.get("keys", ())), frozenset(stored.get("left_out", ())), groups)


def renamed(stored: Mapping[str, Any] | None, old: str, new: str) -> dict[str, Any]:
    """The same, with another field in the place of one that was converted."""

    def now(key: str) -> str:
        return new if key == old else key

    found = from_json(stored)
    groups = tuple(Group(tuple(map(now, one.keys)), one.name, now(one.like), one.is_folded) for one in found.groups)
    return to_json(Arrangement(tuple(map(now, found.keys)), frozenset(map(now, found.left_out)), groups))


def named_in(stored: Mapping[str, Any] | None) -> set[str]:
    """The keys that a layout names."""
    found = from_json(stored)
    return {*found.keys, *found.left_out, *(key for one in found.groups for key in one.keys)}
