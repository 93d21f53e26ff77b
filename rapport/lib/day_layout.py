"""Where things stand in a calendar: in which column and lane of a day, from when to when. Pure, on local clocks."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

DAY = 24 * 60
GRID = 5  # minutes; what begins between two lines of the grid is drawn at the earlier one
SHORTEST = 20  # minutes that a block takes at least, so that its title can be read


@dataclass(frozen=True)
class Entry:
    """Something with a time or a day. ``start`` and ``end`` are local and naive: what the clocks on the wall show.

    Of whole days ``start`` is the midnight at which they begin and ``end`` the one at which they are over. ``what`` is
    the thing itself.
    """

    start: datetime.datetime
    end: datetime.datetime
    is_all_day: bool
    what: Any


@dataclass(frozen=True)
class Block:
    """A part of an entry within one day: minutes from midnight, its lane of so many, over how many it may spread."""

    entry: Entry
    start: int
    end: int
    lane: int = 0
    lanes: int = 1
    wide: int = 1
    begins_here: bool = True
    ends_here: bool = True

    @property
    def at(self) -> tuple[int, int, int, int]:
        """Hour and minute of the start, hours and minutes of the length, on the grid."""
        return on_grid(self.start, self.end)


@dataclass(frozen=True)
class More:
    """What has no room beside the others: how many, and where the word “+3” stands."""

    count: int
    start: int
    end: int
    lane: int
    lanes: int

    @property
    def at(self) -> tuple[int, int, int, int]:
        """As of a block."""
        return on_grid(self.start, self.end)


@dataclass
class DayColumn:
    """One day: its blocks side by side, and what has no room."""

    day: datetime.date
    blocks: list[Block] = field(default_factory=list)
    more: list[More] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """An entry of whole days in a row of days: the first column, over how many, and whether it goes on outside of it,
    before or behind.
    """

    entry: Entry
    column: int
    span: int
    from_before: bool = False
    goes_on: bool = False


@dataclass
class Cell:
    """One day of a month. ``lines`` are its bars from the top: one that begins here, or None where one from before goes
    on; below them stand ``entries``, and ``more`` have no room.
    """

    day: datetime.date
    lines: list[Bar | None] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


def on_grid(start: int, end: int) -> tuple[int, int, int, int]:
    """Hour and minute of the start, hours and minutes of the length, for minutes of a day."""
    return stretch(start, max(end, start // GRID * GRID + SHORTEST))


def stretch(start: int, end: int) -> tuple[int, int, int, int]:
    """As :func:`on_grid`, however short it is."""
    start = start // GRID * GRID
    length = min(-(-end // GRID) * GRID, DAY) - start
    return start // 60, start % 60, length // 60, length % 60


def column(day: datetime.date, entries: Iterable[Entry], most_lanes: int) -> DayColumn:
    """The blocks of one day: what overlaps stands side by side, in at most ``most_lanes`` lanes."""
    blocks = sorted(_parts(day, entries), key=lambda block: (block.start, -block.end))
    made = DayColumn(day)
    cluster: list[Block] = []
    until = 0
    for block in blocks:
        if cluster and block.start >= until:
            _place(made, cluster, most_lanes)
            cluster = []
        cluster.append(block)
        until = max(until, _bottom(block)) if len(cluster) > 1 else _bottom(block)
    if cluster:
        _place(made, cluster, most_lanes)
    return made


def bars(days: Sequence[datetime.date], entries: Iterable[Entry]) -> list[Bar]:
    """The entries of whole days in a row of days, longest first where they begin together."""
    found = []
    first, last = days[0], days[-1]
    for entry in entries:
        begins, ends = entry.start.date(), _last_day(entry)
        if is_wide(entry) and begins <= last and ends >= first:
            start, end = max(begins, first), min(ends, last)
            found.append(Bar(entry, (start - first).days, (end - start).days + 1, begins < first, ends > last))
    return sorted(found, key=lambda bar: (bar.column, -bar.span))


def week(row: Sequence[datetime.date], there: Mapping[datetime.date, Sequence[Entry]], room: int) -> list[Cell]:
    """The cells of a week in a month, each with at most ``room`` lines, “3 more” among them.

    ``there`` has what touches each day, whole days first. A bar is drawn on all its days or on none.
    """
    wide = {id(entry): entry for day in row for entry in there[day] if is_wide(entry)}
    lanes = list(_in_lanes(bars(row, wide.values())))
    timed = [[entry for entry in there[day] if not is_wide(entry)] for day in row]
    full = [_height(lanes, number) + len(timed[number]) > room for number in range(len(row))]
    shown = [
        (bar, lane)
        for bar, lane in lanes
        if lane < room - 1 or (lane < room and not any(full[bar.column : bar.column + bar.span]))
    ]
    cells = []
    for number, day in enumerate(row):
        starting = {lane: bar for bar, lane in shown if bar.column == number}
        cell = Cell(day, [starting.get(lane) for lane in range(_height(shown, number))])
        hidden = sum(_covers(bar, number) for bar, _lane in lanes) - sum(_covers(bar, number) for bar, _lane in shown)
        left = room - len(cell.lines)
        cell.entries = timed[number] if len(timed[number]) + bool(hidden) <= left else timed[number][: max(left - 1, 0)]
        cell.more = hidden + len(timed[number]) - len(cell.entries)
        cells.append(cell)
    return cells


def _in_lanes(found: Iterable[Bar]) -> Iterator[tuple[Bar, int]]:
    """Each bar with the first line that is free from its first day on."""
    free: list[int] = []  # for each lane the column from which it is free
    for bar in found:
        lane = next((number for number, column in enumerate(free) if column <= bar.column), len(free))
        if lane == len(free):
            free.append(0)
        free[lane] = bar.column + bar.span
        yield bar, lane


def _height(lanes: Iterable[tuple[Bar, int]], number: int) -> int:
    return max((lane + 1 for bar, lane in lanes if _covers(bar, number)), default=0)


def _covers(bar: Bar, number: int) -> bool:
    return bar.column <= number < bar.column + bar.span


def by_day(days: Iterable[datetime.date], entries: Iterable[Entry]) -> dict[datetime.date, list[Entry]]:
    """What touches each of some days: whole days first, then by time."""
    there: dict[datetime.date, list[Entry]] = {day: [] for day in days}
    for entry in sorted(entries, key=lambda entry: (not is_wide(entry), entry.start, entry.end)):
        for number in range((_last_day(entry) - entry.start.date()).days + 1):
            day = entry.start.date() + datetime.timedelta(days=number)
            if day in there:
                there[day].append(entry)
    return there


def is_wide(entry: Entry) -> bool:
    """Whether it stands in the row of whole days: it is one, or lasts as long."""
    return entry.is_all_day or entry.end - entry.start >= datetime.timedelta(days=1)


def _last_day(entry: Entry) -> datetime.date:
    """The last day that it touches; what ends at midnight does not touch the day that begins."""
    if entry.end <= entry.start:
        return entry.start.date()
    return (entry.end - datetime.timedelta(microseconds=1)).date()


def _parts(day: datetime.date, entries: Iterable[Entry]) -> Iterable[Block]:
    midnight = datetime.datetime.combine(day, datetime.time())
    for entry in entries:
        if is_wide(entry) or not entry.start.date() <= day <= _last_day(entry):
            continue
        start = max(0, int((entry.start - midnight).total_seconds()) // 60)
        end = min(DAY, int((entry.end - midnight).total_seconds()) // 60)
        yield Block(
            entry,
            min(start, DAY - SHORTEST),
            max(start, end),
            begins_here=entry.start >= midnight,
            ends_here=_last_day(entry) == day,
        )


def _bottom(block: Block) -> int:
    return max(block.end, block.start + SHORTEST)


def _place(made: DayColumn, cluster: Sequence[Block], most_lanes: int) -> None:
    """Gives each block of a cluster the first lane that is free; those beyond the last lane are only counted."""
    free: list[int] = []  # for each lane the minute from which it is free
    placed = []
    for block in cluster:
        lane = next((number for number, minute in enumerate(free) if minute <= block.start), len(free))
        if lane == len(free):
            free.append(0)
        free[lane] = _bottom(block)
        placed.append((block, lane))
    lanes = min(len(free), most_lanes)
    shown = lanes if len(free) <= most_lanes else lanes - 1
    for block, lane in placed:
        if lane < shown:
            wide = _room(block, lane, shown, placed)
            made.blocks.append(replace(block, lane=lane, lanes=lanes, wide=wide))
    rest = [block for block, lane in placed if lane >= shown]
    if rest:
        start = min(block.start for block in rest)
        made.more.append(More(len(rest), start, start + 2 * SHORTEST, shown, lanes))


def _room(block: Block, lane: int, lanes: int, placed: Sequence[tuple[Block, int]]) -> int:
    """Over how many lanes, from its own on, nothing else stands beside a block."""
    taken = {
        other_lane
        for other, other_lane in placed
        if other_lane > lane and other.start < _bottom(block) and _bottom(other) > block.start
    }
    return min(taken, default=lanes) - lane
