"""How the values of a file are to be read, as people settled it: kept with the run, and used again by the next file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

BOTH, CREATE, UPDATE = MODES = ("both", "create", "update")
LEAVE_EMPTY = ""  # among the values of a choice: a row with that text keeps the field empty
ORDERS = ("dmy", "mdy", "serial")  # of dates: day first, month first, days since 1900 as spreadsheets count them
SOURCE_LIMIT = 80


@dataclass
class Options:
    """``values``: by field key, what folded texts of the file mean: the key of an option, "" for no value, or None
    where rows with it fail. ``orders`` and ``marks``: how dates and decimals of a field are written, where that is
    known. ``lenient``: a cell that cannot be read is left out and the row says so. ``source``: the system whose numbers
    the file carries. ``sheet``: which sheet of a workbook was read. ``tells``: owners learn which
    new records are theirs.
    """

    values: dict[str, dict[str, str | None]] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    lenient: bool = False
    source: str = ""
    sheet: str = ""
    tells: bool = False

    def inside(self, link: str) -> "Options":
        """How values of the record linked as ``link`` are read: what was settled for ``link/field``."""
        start = f"{link}/"
        return Options(
            values={key.removeprefix(start): how for key, how in self.values.items() if key.startswith(start)},
            orders={key.removeprefix(start): how for key, how in self.orders.items() if key.startswith(start)},
            marks={key.removeprefix(start): how for key, how in self.marks.items() if key.startswith(start)},
        )

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the run."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Options":
        """Inverse of :meth:`as_json`; what an older version did not know has its usual value."""
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})
