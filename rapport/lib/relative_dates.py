"""Spans and periods relative to today, as filters name them: "60d", "this_quarter"."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from rapport.lib.clock import zone_named

PERIODS = (
    "today",
    "yesterday",
    "tomorrow",
    "this_week",
    "last_week",
    "next_week",
    "this_month",
    "last_month",
    "next_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
)
_SPAN = re.compile(r"([0-9]{1,4})([hdwmy])")
_STEPS = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True)
class Span:
    """A length of time: ``count`` hours (h), days (d), weeks (w), months (m) or years (y)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def before(self, moment: datetime) -> datetime:
        """The moment a span earlier: hours in real time, all else on the wall clock of the moment's own zone.

        A month before 31 March is the last day of February.
        """
        return self._moved(moment, -self.count)

    def after(self, moment: datetime) -> datetime:
        """The moment a span later; see ``before``."""
        return self._moved(moment, self.count)

    def days_before(self, day: date) -> date:
        """The date a span earlier; ``ValueError`` for hours, which no date has."""
        return self._moved_day(day, -self.count)

    def days_after(self, day: date) -> date:
        """The date a span later; ``ValueError`` for hours, which no date has."""
        return self._moved_day(day, self.count)

    def _moved(self, moment: datetime, count: int) -> datetime:
        if self.unit != "h":
            return datetime.combine(self._moved_day(moment.date(), count), moment.timetz())
        try:
            moved = moment.astimezone(UTC) + timedelta(hours=count)
            return moved.astimezone(moment.tzinfo) if moment.tzinfo else moved.astimezone().replace(tzinfo=None)
        except OverflowError:
            zone = moment.tzinfo
            return datetime.min.replace(tzinfo=zone) if count < 0 else datetime.max.replace(tzinfo=zone)

    def _moved_day(self, day: date, count: int) -> date:
        if self.unit == "h":
            raise ValueError(_("A date has no hours. Use days, for example 7d."))
        if self.unit in "dw":
            return _days_on(day, count * (7 if self.unit == "w" else 1))
        return _months_on(day, count * (12 if self.unit == "y" else 1))


def parse_span(text: str) -> Span:
    """The span in a text such as "7d", "2w", "3m", "1y", "12h"; ``ValueError`` with a sentence if it is none."""
    match = _SPAN.fullmatch(text.strip().lower()) if len(text) <= 40 else None
    if not match or int(match[1]) < 1:
        raise ValueError(_("Enter a span such as 12h, 7d, 2w, 3m or 1y (hours, days, weeks, months, years)."))
    return Span(int(match[1]), match[2])


def bounds(period: str, today: date, week_starts: int = 0) -> tuple[date, date]:
    """First day of a named period and the first day after it: half open, [start, end).

    ``week_starts``: 0 for Monday … 6 for Sunday. ``ValueError`` with a sentence for a name that is not in ``PERIODS``.
    """
    if period not in PERIODS:
        raise ValueError(
            _("There is no period “%(period)s”. Use one of: %(periods)s.")
            % {"period": period[:40], "periods": ", ".join(PERIODS)},
        )
    which, _underscore, unit = period.partition("_")
    step = _STEPS[which]
    if not unit:
        start = _days_on(today, step)
        return start, _days_on(start, 1)
    if unit == "week":
        start = _days_on(today, step * 7 - (today.weekday() - week_starts) % 7)
        return start, _days_on(start, 7)
    months, into = {"month": (1, 0), "quarter": (3, (today.month - 1) % 3), "year": (12, today.month - 1)}[unit]
    first = today.replace(day=1)
    return _months_on(first, step * months - into), _months_on(first, (step + 1) * months - into)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The moments in UTC at which a day begins and ends in a zone, [start, end): 23 or 25 hours where clocks change."""
    return _midnight(day, zone), _midnight(_days_on(day, 1), zone)


def _midnight(day: date, zone: str) -> datetime:
    """When the day begins: where clocks skip midnight, the moment of the skip; where it comes twice, the first."""
    try:
        return datetime.combine(day, time.min, zone_named(zone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if day.year == 1 else datetime.max.replace(tzinfo=UTC)


def _days_on(day: date, count: int) -> date:
    """The date some days on, or the last one there is."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.min if count < 0 else date.max


def _months_on(day: date, count: int) -> date:
    """The date some months on: the same day of the month, or its last; or the last date there is."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
