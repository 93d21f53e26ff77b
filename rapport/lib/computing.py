"""What formulas compute with, for Python and for SQLite's SQL.

Numbers are of double precision, as both databases and Python have it, so that all three agree to the last bit.

What people read has 15 digits. Rounding starts from those: 1.005 becomes 1.01, although its nearest double is less.
"""

import datetime
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rapport.lib.clock import zone_named

_WIDEST = 10.0**15  # from here on 15 digits leave nothing behind the point
FINEST = 6  # places behind the point in which numbers are compared and written


def rounded(value: float, places: int) -> float:
    """Half up, away from zero, as PostgreSQL's ``round(value::numeric, places)``."""
    written = Decimal(f"{value:.15g}")
    if abs(value) < _WIDEST:
        written = written.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(written) + 0.0  # never minus zero


def written(value: float) -> str:
    """The number as a text, with a point and without zeros at the end."""
    text = f"{Decimal(repr(rounded(value, FINEST))):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _capitals() -> str:
    letters = (chr(code) for first, last in ((0x41, 0x24F), (0x386, 0x52F)) for code in range(first, last + 1))
    pairs = ((one, one.lower()) for one in letters)
    return "".join(one for one, small in pairs if small != one and small.upper() == one and len(small) == 1)


# The letters of Latin, Greek and Cyrillic that have one large and one small form. What else a database takes for the
# same letter depends on how it was set up, and a formula must mean the same everywhere.
CAPITALS = _capitals()
SMALL = CAPITALS.lower()
_LOWER, _UPPER = str.maketrans(CAPITALS, SMALL), str.maketrans(SMALL, CAPITALS)


def lowered(text: str) -> str:
    """The text in small letters."""
    return text.translate(_LOWER)


def raised(text: str) -> str:
    """The text in capital letters."""
    return text.translate(_UPPER)


def local_day(moment: str | None, zone: str) -> str | None:
    """The day (ISO) of a point in time as SQLite keeps it, in UTC, in a time zone."""
    if not moment:
        return None
    utc = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
    try:
        return utc.astimezone(zone_named(zone)).date().isoformat()
    except OverflowError:  # the first or the last day of the calendar
        return utc.date().isoformat()


def teach(connection: Any) -> None:
    """Teaches a connection of SQLite what its SQL lacks; PostgreSQL has all of it."""

    def known(compute: Callable[..., Any]) -> Callable[..., Any]:
        return lambda value, *more: None if value is None else compute(value, *more)

    for name, count, compute in (
        ("formula_round", 2, rounded), ("formula_written", 1, written), ("formula_day", 2, local_day),
        ("formula_lower", 1, lowered), ("formula_upper", 1, raised),
    ):  # fmt: skip
        connection.create_function(name, count, known(compute), deterministic=True)
