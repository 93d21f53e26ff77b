"""What makes the sample of one trade its own: whom it sells to, what is said and written there, who works there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rapport.sample.names import Culture

Weighted = tuple[tuple[str, int], ...]  # words with how often they come, one among the others


@dataclass(frozen=True)
class Words:
    """The texts of a trade in one language.

    ``segments`` are kinds of business customers: (key of an industry, words in their names, weight); ``stems`` begin
    names. ``notes`` and ``calls`` may hold {seats} (a number) and {city}. ``tags`` come with their chance in percent.
    ``tasks`` are each followed by the steps of their checklist. ``staff`` are four colleagues: (name, key of a role,
    index of one of the ``teams`` or None). ``reason`` says why somebody is in a stage.
    """

    cultures: tuple[Culture, ...]
    segments: tuple[tuple[str, tuple[str, ...], int], ...]
    stems: tuple[str, ...]
    job_titles: Weighted
    sources: Weighted
    tags: Weighted
    about: tuple[str, ...]
    notes: tuple[str, ...]
    calls: tuple[str, ...]
    tasks: tuple[tuple[str, ...], ...]
    teams: tuple[str, ...]
    staff: tuple[tuple[str, str, int | None], ...]
    reason: str = "Sample"


@dataclass(frozen=True)
class Trade:
    """A sample company's trade. ``private`` of a hundred customers are people without a company; ``often`` lists how
    many notes and calls a person has. ``revenue`` is what customers of a size turn over in a year: thousands, from, to.
    """

    key: str
    words: Mapping[str, Words]
    lifecycles: Weighted
    private: int = 0
    often: tuple[int, ...] = (0, 0, 1, 1, 1, 2, 2, 3, 4)
    notes: float = 0.45  # the share of notes among notes and calls
    sizes: Weighted = (("1-10", 22), ("11-50", 34), ("51-200", 26), ("201-1000", 13), ("1001+", 5))
    revenue: Mapping[str, tuple[int, int]] = field(default_factory=lambda: dict(_REVENUE))
    directions: Weighted = (("out", 68), ("in", 32))
    outcomes: Weighted = (("connected", 62), ("no_answer", 18), ("voicemail", 12), ("busy", 6), ("wrong_number", 2))

    def speaking(self, language: str) -> Words:
        """The words in this language, else in the first one there is."""
        return self.words.get(language) or next(iter(self.words.values()))


_REVENUE: dict[str, Any] = {
    "1-10": (120, 1_800), "11-50": (900, 9_000), "51-200": (6_000, 48_000),
    "201-1000": (30_000, 260_000), "1001+": (180_000, 2_400_000),
}  # fmt: skip
