"""The score over time as a line, drawn by the server."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.core.quality.models import QualityDay

WIDTH, HEIGHT, EDGE = 600, 96, 6  # units of the drawing; it is as wide as there is room


@dataclass(frozen=True)
class Chart:
    """A line (``points`` of a polyline), the place of its last point, and what the lower and upper edge stand for."""

    points: str
    x: float
    y: float
    lowest: int
    highest: int


def score_of(day: QualityDay) -> float:
    """How many records of a hundred are without a finding; all of none."""
    return 100 * day.clean_count / day.record_count if day.record_count else 100.0


def chart(days: Sequence[QualityDay], first: datetime.date, last: datetime.date) -> Chart:
    """The line through the scores of some days, each where it stands between ``first`` and ``last``.

    The edges are the tens around what there is, so that a little better can be seen.
    """
    scores = [score_of(day) for day in days]
    lowest = int(min(scores) // 10 * 10)
    highest = min(100, int(max(scores) // 10 * 10 + 10))
    span, range_ = max((last - first).days, 1), max(highest - lowest, 10)
    places = [
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (day.on - first).days / span, 1),
            round(EDGE + (HEIGHT - 2 * EDGE) * (highest - score) / range_, 1),
        )
        for day, score in zip(days, scores, strict=True)
    ]
    return Chart(" ".join(f"{x},{y}" for x, y in places), *places[-1], min(lowest, highest - 10), highest)
