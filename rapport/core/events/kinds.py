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
