"""What the history of stages tells: how long deals were in them, what became of those that came there, where they wait.

Pure reads for whoever computes on them: they count every deal outside the trash, whoever owns it, unless ``deals``
narrows that; a screen gives the deals that its reader sees. Times are UTC, lengths in seconds.
"""

import datetime
import math
from dataclasses import dataclass
from statistics import median

from django.db.models import Avg, Count, Exists, Min, OuterRef, QuerySet

from rapport.lib import clock
from rapport.sales.deals.models import Deal, StageChange
from rapport.sales.pipelines.models import LOST, OPEN, WON

ENOUGH = 30  # decided deals; fewer are told, but no share is made of them
Z95 = 1.959963984540054  # standard normal quantile of a 95 % interval
MOST_LENGTHS = 50_000  # of which a median is made, the latest ones


@dataclass(frozen=True)
class Stay:
    """How long deals were in a stage that they left: how many times, and the mean and median length."""

    stage: str
    count: int
    mean: float
    median: float


@dataclass(frozen=True)
class Conversion:
    """What became of the deals that came to a stage; each counts once. ``share`` is won of those that are decided,
    0 to 1, with its 95 % interval; None each where fewer than ``ENOUGH`` are decided.
    """

    stage: str
    won: int
    lost: int
    open: int

    @property
    def decided(self) -> int:
        """Those that are won or lost."""
        return self.won + self.lost

    @property
    def is_enough(self) -> bool:
        """Whether a share says anything."""
        return self.decided >= ENOUGH

    @property
    def share(self) -> float | None:
        """Won of decided."""
        return self.won / self.decided if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies in 95 of 100 cases."""
        return wilson(self.won, self.decided) if self.is_enough else None


@dataclass(frozen=True)
class Waiting:
    """The open deals that are in a stage now: how many, since when the first one is, the sum of their times there."""

    stage: str
    count: int
    oldest: datetime.datetime
    seconds: float


@dataclass(frozen=True)
class Velocity:
    """Deals won in a period: how many, of so many decided, and the mean length from being made to being won."""

    won: int
    decided: int
    seconds: float


def wilson(hits: int, count: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of Wilson for a share: it keeps within 0 and 1 and is honest for few and for extreme ones.
    ValueError for a count below one.
    """
    if count < 1:
        raise ValueError("A share needs at least one.")
    share, square = hits / count, z * z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def time_in_stages(
    since: datetime.datetime, until: datetime.datetime, deals: "QuerySet[Deal] | None" = None
) -> dict[str, Stay]:
    """How long deals were in each stage that they left within a period, by key of the stage. Two queries."""
    left = _changes(deals).filter(at__gte=since, at__lt=until).exclude(before="")
    counted = left.values("before").annotate(count=Count("pk"), mean=Avg("seconds")).order_by("before")
    lengths: dict[str, list[int]] = {}
    for stage, seconds in left.order_by("-at").values_list("before", "seconds")[:MOST_LENGTHS]:
        lengths.setdefault(stage, []).append(seconds)
    return {
        row["before"]: Stay(row["before"], row["count"], float(row["mean"]), float(median(lengths[row["before"]])))
        for row in counted
        if row["before"] in lengths
    }


def conversions(
    since: datetime.datetime,
    ripe: datetime.timedelta = datetime.timedelta(0),
    deals: "QuerySet[Deal] | None" = None,
) -> dict[str, Conversion]:
    """What became of the deals that came to each stage for the first time since then and at least ``ripe`` ago, by key
    of the stage. Younger ones are left out: those of them that are decided already are the quick ones. One query.
    """
    until = clock.now() - ripe
    first = _changes(deals).values("after", "deal_id", "deal__status").annotate(first=Min("at"))
    counts: dict[str, dict[str, int]] = {}
    for stage, status in first.filter(first__gte=since, first__lte=until).values_list("after", "deal__status"):
        found = counts.setdefault(stage, {WON: 0, LOST: 0, OPEN: 0})
        found[status] = found.get(status, 0) + 1
    return {stage: Conversion(stage, found[WON], found[LOST], found[OPEN]) for stage, found in counts.items()}


def waiting(deals: "QuerySet[Deal] | None" = None) -> dict[str, Waiting]:
    """The open deals in each stage now, by key of the stage: where there are many for long is the bottleneck. One
    query.
    """
    now = clock.now()
    rows = _deals(deals).filter(status=OPEN).values_list("stage", "stage_at").order_by("stage")
    found: dict[str, list[datetime.datetime]] = {}
    for stage, at in rows:
        if at is not None:
            found.setdefault(stage, []).append(at)
    return {
        stage: Waiting(stage, len(those), min(those), sum((now - at).total_seconds() for at in those))
        for stage, those in found.items()
    }


def bottleneck(deals: "QuerySet[Deal] | None" = None) -> Waiting | None:
    """The stage where open deals wait the longest, all of them together; None without any."""
    return max(waiting(deals).values(), key=lambda one: one.seconds, default=None)


def velocity(since: datetime.date, until: datetime.date, deals: "QuerySet[Deal] | None" = None) -> Velocity:
    """How many of the deals that were closed in a period (``until`` excluded) were won, and how long those took from
    being made until they came to the stage where they are won. Those that came closed from elsewhere took nobody knows
    how long: they count, and the mean is that of the others. One query.
    """
    closed = _deals(deals).filter(closed_on__gte=since, closed_on__lt=until, status__in=(WON, LOST))
    moved = Exists(StageChange.objects.filter(deal_id=OuterRef("pk")).exclude(before=""))
    won = decided = 0
    lengths = []
    for status, made, ended, has_moved in closed.values_list("status", "created_at", "stage_at", moved):
        decided += 1
        won += status == WON
        if status == WON and ended and has_moved:
            lengths.append(max((ended - made).total_seconds(), 0.0))
    return Velocity(won, decided, sum(lengths) / len(lengths) if lengths else 0.0)


# -------------------------------------------------------------------- pieces
def _deals(deals: "QuerySet[Deal] | None") -> "QuerySet[Deal]":
    return Deal.objects.filter(live=True) if deals is None else deals.order_by()


def _changes(deals: "QuerySet[Deal] | None") -> "QuerySet[StageChange]":
    if deals is None:
        return StageChange.objects.filter(deal__live=True)
    return StageChange.objects.filter(deal__in=deals.order_by().values("pk"))
