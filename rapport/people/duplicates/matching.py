"""Finding all pairs among some profiles: rule by rule, each pair compared once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapport.people.duplicates import blocking, weighing
from rapport.people.duplicates.blocking import Rule
from rapport.people.duplicates.profiles import Profile
from rapport.people.duplicates.weighing import Reason, Weights

_EVERY = 20_000  # comparisons between two words about how far it is


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one: their numbers, the smaller first, how likely it is and why."""

    one: Profile
    other: Profile
    score: float
    reasons: tuple[Reason, ...]


def found_by(
    profiles: Sequence[Profile],
    rule: Rule,
    known: Weights,
    seen: set[int],
    beat: Callable[[], None] = lambda: None,
) -> Iterator[Pair]:
    """The pairs that one rule finds and none before it: ``seen`` keeps what was compared. ``beat`` is called often."""
    for number, (place, next_place) in enumerate(blocking.pairs(profiles, rule)):
        if number % _EVERY == 0:
            beat()
        key = place << 24 | next_place
        if key in seen:
            continue
        seen.add(key)
        one, other = profiles[place], profiles[next_place]
        score, reasons = weighing.compare(one, other, known)
        if score >= weighing.ENOUGH:
            yield Pair(one, other, score, tuple(reasons))


def all_pairs(profiles: Sequence[Profile], rules: Sequence[Rule]) -> Iterator[Pair]:
    """All pairs of all rules."""
    known, seen = weighing.weights(profiles), set[int]()
    for rule in rules:
        yield from found_by(profiles, rule, known, seen)
