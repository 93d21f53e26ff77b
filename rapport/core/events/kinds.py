"""Kinds of events: the sentence, the look and the privacy class of a fact in the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class EventKind:
    """``key`` is ``noun.past``; ``sentence`` says it to people; ``privacy`` is personal, business or none.

    A sentence may say ``%(name)s``: the ``name`` in the data of the event (see :meth:`said`).

    ``main`` events are what people did with a customer; the others are upkeep, folded away in the timeline. No timeline
    tells those that are not ``told``: they are for the audit alone.
    """

    key: str
    sentence: str | Promise
    icon: str = "circle"
    tone: str = "grey"
    privacy: str = "personal"
    main: bool = False
    told: bool = True

    def said(self, data: Mapping[str, Any]) -> str:
        """The sentence for one event with this data."""
        sentence = str(self.sentence)
        return sentence % {"name": data.get("name", "")} if "%(name)s" in sentence else sentence


_house: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """Adds kinds of events that belong to no object: sign-ins, roles, files. ValueError if one is taken."""
    for kind in kinds:
        if kind.key in _house:
            raise ValueError(f"Two kinds of events are called “{kind.key}”.")
        _house[kind.key] = kind


def house_kinds() -> dict[str, EventKind]:
    """The kinds that belong to no object, by key."""
    return dict(_house)
