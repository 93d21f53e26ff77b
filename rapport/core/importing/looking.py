"""A look at all rows of a file before anything is imported: which values a column has, how it writes days and numbers.

Memory does not grow with the file: of each column the first few hundred different texts are counted.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import TableFormat, rows

MOST_VALUES = 200  # different texts of one column that are counted
_LONGEST = 80  # characters of a text that could be a choice
_EVERY = 2_000  # rows between two words about how far it is
# A column that shows none of these among its first texts is not looked at for them again.
_PATIENCE = 200
_DAY = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})(?![0-9])")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
_COMMA = re.compile(r"[0-9],(?:[0-9]{1,2}|[0-9]{4,})(?![0-9,.])")
_POINT = re.compile(r"[0-9]\.(?:[0-9]{1,2}|[0-9]{4,})(?![0-9,.])")


@dataclass
class Facts:
    """What was seen in one column.

    ``filled``: cells with a text. ``values``: how often each text came, empty if there are too many different ones
    (``many``). ``day_first`` and ``month_first`` count days that can be read only one way, ``either`` those that can be
    read both ways; ``serial`` whole numbers that a spreadsheet could mean as days; ``comma`` and ``point`` numbers
    that are sure to have that decimal sign.
    """

    filled: int = 0
    many: bool = False
    values: dict[str, int] = field(default_factory=dict)
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    serial: int = 0
    comma: int = 0
    point: int = 0

    def see(self, text: str) -> None:
        """Takes one filled cell in."""
        self.filled += 1
        if not self.many:
            self._count(text)
        if self.filled <= _PATIENCE or self.day_first or self.month_first or self.either:
            self._day(text)
        if self.filled <= _PATIENCE or self.comma or self.point:
            self.comma += bool(_COMMA.search(text[:40]))
            self.point += bool(_POINT.search(text[:40]))
        if self.serial == self.filled - 1 and _SERIAL.fullmatch(text):
            self.serial += 1

    def _count(self, text: str) -> None:
        if len(text) > _LONGEST or (len(self.values) >= MOST_VALUES and text not in self.values):
            self.many, self.values = True, {}
        else:
            self.values[text] = self.values.get(text, 0) + 1

    def _day(self, text: str) -> None:
        if match := _DAY.match(text):
            first, second = int(match[1]), int(match[3])
            self.day_first += first > 12 >= second
            self.month_first += second > 12 >= first
            self.either += first <= 12 and second <= 12

    def order(self) -> str:
        """How the column writes days: dmy, mdy, serial, or "" where it does not matter or cannot be told."""
        if self.filled and self.serial == self.filled:
            return "serial"
        if self.day_first and not self.month_first:
            return "dmy"
        return "mdy" if self.month_first and not self.day_first else ""

    def is_ambiguous(self) -> bool:
        """Whether there are days that could be read both ways and nothing tells which is meant."""
        return bool(self.either) and (bool(self.day_first) == bool(self.month_first))

    def mark(self) -> str:
        """The decimal sign of the column, "" where all or none of its numbers tell."""
        if bool(self.comma) == bool(self.point):
            return ""
        return "," if self.comma else "."


def look(
    path: Path,
    layout: TableFormat,
    only: Collection[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Facts]:
    """The facts of each column; ``only`` names the columns that matter. ``progress`` as in an import."""
    wanted = [n for n in range(len(layout.header)) if only is None or n in only]
    facts = [Facts() for _column in layout.header]
    size = path.stat().st_size
    try:
        for count, row in enumerate(rows(path, layout)):
            width = len(row.cells)
            for number in wanted:
                if number < width and (text := row.cells[number].strip()):
                    facts[number].see(text)
            if progress and not count % _EVERY:
                progress(min(row.offset, size), size)
    except BadTable:
        pass  # said by the import itself, at the row where it is
    return facts


def as_json(facts: Sequence[Facts]) -> list[dict[str, Any]]:
    """As they are stored with a run."""
    return [asdict(column) for column in facts]


def from_json(stored: Sequence[dict[str, Any]]) -> list[Facts]:
    """Inverse of :func:`as_json`."""
    return [Facts(**column) for column in stored]
