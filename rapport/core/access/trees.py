"""Changing a condition piece by piece. The place of a piece is its way from the root: “2.0” is the first of the third.

Trees never change: each function answers with another one.
"""

from rapport.core.access.conditions import EVERYTHING, AllOf, AnyOf, Condition, Term

Way = tuple[int, ...]
MOST_DEPTH = 4  # groups in groups that people can build; more come from elsewhere and stay as they are


def way(place: str) -> Way | None:
    """A place as it is written; None for what is none."""
    parts = place.split(".") if place else []
    if not all(part.isdecimal() and len(part) < 4 for part in parts) or len(parts) > 2 * MOST_DEPTH:
        return None
    return tuple(int(part) for part in parts)


def at(tree: Condition, place: Way) -> Condition | None:
    """What stands at a place; None for nothing."""
    for number in place:
        if isinstance(tree, Term) or number >= len(tree.parts):
            return None
        tree = tree.parts[number]
    return tree


def put(tree: Condition, place: Way, piece: Condition | None) -> Condition:
    """The tree with another piece at a place, or none. Places that there are not change nothing."""
    if not place:
        return piece or EVERYTHING
    number, rest = place[0], place[1:]
    if isinstance(tree, Term) or number >= len(tree.parts):
        return tree
    held = tree.parts[number]
    new = put(held, rest, piece) if rest else piece
    parts = [new if count == number else one for count, one in enumerate(tree.parts)]
    return type(tree)(tuple(one for one in parts if one is not None))


def add(tree: Condition, place: Way, piece: Condition) -> Condition:
    """The tree with one more piece in the group at a place."""
    group = at(tree, place)
    if group is None or isinstance(group, Term):
        return tree
    return put(tree, place, type(group)((*group.parts, piece)))


def turned(group: AllOf | AnyOf) -> AllOf | AnyOf:
    """“All of” as “any of”, and the other way round."""
    return AnyOf(group.parts) if isinstance(group, AllOf) else AllOf(group.parts)


def tidy(tree: Condition) -> Condition:
    """The same without what says nothing: empty groups, groups of one, and groups within others of their kind."""
    return _tidy(tree) or EVERYTHING


def _tidy(tree: Condition) -> Condition | None:
    if isinstance(tree, Term):
        return tree
    parts: list[Condition] = []
    for one in map(_tidy, tree.parts):
        if isinstance(one, type(tree)):
            parts += one.parts
        elif one is not None:
            parts.append(one)
    if len(parts) < 2:
        return parts[0] if parts else None
    return type(tree)(tuple(parts))


def rooted(condition: Condition) -> AllOf | AnyOf:
    """The condition of a list as one group to build on."""
    whole = tidy(condition)
    return AllOf((whole,)) if isinstance(whole, Term) else whole
