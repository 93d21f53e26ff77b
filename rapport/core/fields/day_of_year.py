"""The day of a date without its year, as “11-23”: what comes again every year."""

import datetime
from calendar import isleap
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, DateField, F, Func


class DayOfYear(Func):
    """Month and day of a date or of the text that holds one, as text."""

    template = "substr(%(expressions)s, 6, 5)"
    output_field = CharField()

    def __init__(self, source: Any) -> None:
        super().__init__(F(source) if isinstance(source, str) else source)

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """A column of days is no text there."""
        is_text = not isinstance(self.source_expressions[0].output_field, DateField)
        return self.as_sql(compiler, connection, template=None if is_text else "to_char(%(expressions)s, 'MM-DD')")


def days_of_year(days: Iterable[datetime.date]) -> list[str]:
    """What falls on one of these days, whatever its year: that of a 29 February, in other years, on the 28th."""
    marks = {mark for day in days for mark in _marks(day)}
    return sorted(marks)


def in_year(day: datetime.date, year: int) -> datetime.date:
    """The day on which something falls that comes again every year."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return datetime.date(year, 2, 28) if is_leap_day and not isleap(year) else day.replace(year=year)


def _marks(day: datetime.date) -> list[str]:
    ends_february = (day.month, day.day) == (2, 28) and not isleap(day.year)
    return [f"{day:%m-%d}", *(["02-29"] if ends_february else [])]
