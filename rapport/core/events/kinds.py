"""Kinds of events: the sentence, the look and the privacy class of a fact in the history."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class EventKind:
    """``key`` is ``noun.past``; ``sentence`` says it to people; ``privacy`` is personal, business or none.

    ``main`` events are what people did with a customer; the others are upkeep, folded away in the timeline.
    """

    key: str
    sentence: str | Promise
    icon: str = "circle"
    tone: str = "grey"
    privacy: str = "personal"
    main: bool = False


_house: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """Adds kinds of events that belong to no object: sign-ins, roles, exports. ValueError if one is taken."""
    for kind in kinds:
        if kind.key in _house:
            raise ValueError(f"Two kinds of events are called “{kind.key}”.")
        _house[kind.key] = kind


def house_kinds() -> dict[str, EventKind]:
    """The kinds that belong to no object, by key."""
    return dict(_house)
