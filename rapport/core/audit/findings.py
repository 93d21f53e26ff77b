"""What a check of the history finds, and the checks that rooms of the house add to it."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

CHUNK = 500
Progress = Callable[[str, int, int], None]  # what, how many so far, of how many (0: not known)
Check = Callable[[Progress], Iterator["Problem"]]

_LOOKS = 3  # what was saved between two queries is looked at again before it is named …
_PAUSE_SECONDS = 0.1  # … after so long
checks: list[Check] = []


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was written. ``number`` is that of the seal, 0 where there is none."""

    sentence: str
    number: int = 0
    event: int | None = None
    record: int | None = None
    field: str = ""


def check(found: Check) -> Check:
    """Declares what a room compares with the history, besides the records themselves."""
    checks.append(found)
    return found


def lasting(differences: Callable[[Sequence[int]], Iterable[Problem]], ids: Sequence[int]) -> Iterator[Problem]:
    """What differs in these records, and still does after some looks."""
    for look in range(_LOOKS):
        found = list(differences(ids))
        if not found:
            return
        ids = sorted({problem.record for problem in found if problem.record})
        if look < _LOOKS - 1:
            time.sleep(_PAUSE_SECONDS)
    yield from found
