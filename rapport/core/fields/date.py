"""Days and moments. A day has no time zone; a moment is stored in UTC and read in the reader's zone."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.db.models import Q
from django.db.models.lookups import In
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.day_of_year import DayOfYear, days_of_year
from rapport.core.fields.operators import Operator
from rapport.lib import clock
from rapport.lib.date_words import short_day
from rapport.lib.dates import ago, format_date, format_moment, parse_date, parse_moment
from rapport.lib.relative_dates import bounds, day_bounds, parse_span

PERIODS = {
    "today": gettext_lazy("today"), "yesterday": gettext_lazy("yesterday"), "tomorrow": gettext_lazy("tomorrow"),
    "this_week": gettext_lazy("this week"), "last_week": gettext_lazy("last week"),
    "next_week": gettext_lazy("next week"), "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"), "next_month": gettext_lazy("next month"),
    "this_quarter": gettext_lazy("this quarter"), "last_quarter": gettext_lazy("last quarter"),
    "this_year": gettext_lazy("this year"), "last_year": gettext_lazy("last year"),
}  # fmt: skip
_OPERATORS = (
    op.ON, op.BEFORE, op.AFTER, op.WITHIN, op.OLDER, op.NEXT, op.PERIOD, op.EMPTY, op.FILLED,
)  # fmt: skip


def span_words(text: str) -> str:
    """“60 days” for ``60d``."""
    span = parse_span(text)
    words = {
        "h": ngettext("%d hour", "%d hours", span.count),
        "d": ngettext("%d day", "%d days", span.count),
        "w": ngettext("%d week", "%d weeks", span.count),
        "m": ngettext("%d month", "%d months", span.count),
        "y": ngettext("%d year", "%d years", span.count),
    }
    return words[span.unit] % span.count


def day_after(day: datetime.date) -> datetime.date:
    """The next day; the last day of the calendar has none."""
    return day if day == datetime.date.max else day + datetime.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Date(Field):
    """A day of the calendar. ``yearly``: it comes again every year, as birthdays do; a calendar shows it so."""

    yearly: bool = False

    type: ClassVar[str] = "date"
    control: ClassVar[str] = "date"
    operators: ClassVar[tuple[Operator, ...]] = (*_OPERATORS[:-2], op.YEARLY, *_OPERATORS[-2:])
    empty: ClassVar[Any] = None
    nullable: ClassVar[bool] = True

    def from_text(self, text: str, locale: Locale) -> Any:
        return parse_date(text, "mdy" if locale.country == "US" else "dmy") if text.strip() else None

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        return super().accept(value, locale)

    def to_text(self, value: Any) -> str:
        return value.isoformat() if value else ""

    def to_json(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def from_json(self, value: Any) -> Any:
        return datetime.date.fromisoformat(value) if value else None

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(format_date(value, locale.language), shape="text")

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        today = clock.today(locale.time_zone)
        match operator.key:
            case "on":
                day = parse_date(value)
                return self.inside(day, day_after(day), locale)
            case "before":
                return self.edge("lt", parse_date(value), locale)
            case "after":
                return self.edge("gte", day_after(parse_date(value)), locale)
            case "yearly":
                return self.on_days_of_year([parse_date(value)])
            case "in":
                if value not in PERIODS:
                    raise ValueError(_("unknown period. Known: %(known)s.") % {"known": ", ".join(PERIODS)})
                return self.inside(*bounds(value, today), locale)
            case "within":
                return self.inside(parse_span(value).days_before(today), day_after(today), locale)
            case "older":
                return self.edge("lt", parse_span(value).days_before(today), locale)
            case "next":
                return self.inside(today, day_after(parse_span(value).days_after(today)), locale)
        return super().compare(operator, value, locale)

    def inside(self, start: datetime.date, end: datetime.date, locale: Locale) -> Q:
        """On or after ``start`` and before ``end``."""
        return self.edge("gte", start, locale) & self.edge("lt", end, locale)

    def on_days_of_year(self, days: Iterable[datetime.date]) -> Q:
        """Falls on one of these days, whatever its year."""
        return Q(In(DayOfYear(self.source()), days_of_year(days)))

    def edge(self, lookup: str, day: datetime.date, locale: Locale) -> Q:
        """A comparison with the beginning of a day."""
        return self.lookup(lookup, self.to_json(day) if self.custom else day)

    def operand_words(self, operator: Operator, value: str, locale: Locale) -> str:
        try:
            if operator is op.PERIOD:
                return str(PERIODS[value])
            if operator in (op.WITHIN, op.OLDER, op.NEXT):
                return span_words(value)
            if operator is op.YEARLY:
                return short_day(parse_date(value), locale.language)
            return format_date(parse_date(value), locale.language)
        except (ValueError, KeyError):
            return value


@dataclass(frozen=True, eq=False)
class Moment(Date):
    """A point in time. Filters by day mean the reader's days, also those of 23 or 25 hours."""

    type: ClassVar[str] = "moment"
    control: ClassVar[str] = "moment"
    operators: ClassVar[tuple[Operator, ...]] = _OPERATORS

    def from_text(self, text: str, locale: Locale) -> Any:
        return parse_moment(text, locale.time_zone) if text.strip() else None

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            return value.astimezone(datetime.UTC)
        return Field.accept(self, value, locale)

    def to_text(self, value: Any) -> str:
        if not value:
            return ""
        utc: datetime.datetime = value if value.tzinfo is datetime.UTC else value.astimezone(datetime.UTC)
        return f"{utc.isoformat()[:19]}Z"  # less what is shorter than a second

    def to_json(self, value: Any) -> Any:
        return self.to_text(value) or None

    def from_json(self, value: Any) -> Any:
        return datetime.datetime.fromisoformat(value) if value else None

    def form_value(self, value: Any, locale: Locale) -> Any:
        return f"{value.astimezone(clock.zone_named(locale.time_zone)):%Y-%m-%dT%H:%M}" if value else ""

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        span = parse_span(value) if operator in (op.WITHIN, op.OLDER, op.NEXT) else None
        if span is None or span.unit != "h":
            return super().compare(operator, value, locale)
        now = clock.now()
        if operator is op.NEXT:
            return self.at("gte", now) & self.at("lt", span.after(now))
        edge = span.before(now)
        return self.at("lt", edge) if operator is op.OLDER else self.at("gte", edge) & self.at("lte", now)

    def at(self, lookup: str, moment: datetime.datetime) -> Q:
        """A comparison with a moment."""
        return self.lookup(lookup, self.to_json(moment) if self.custom else moment)

    def edge(self, lookup: str, day: datetime.date, locale: Locale) -> Q:
        return self.at(lookup, day_bounds(day, locale.time_zone)[0])

    def show(self, value: Any, locale: Locale) -> Cell:
        minute = clock.now().replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
        return _moment_cell(value, minute, locale.time_zone, locale.language)


@lru_cache(maxsize=8192)
def _moment_cell(value: datetime.datetime, now: datetime.datetime, zone: str, language: str) -> Cell:
    """How long ago, and in full. Kept within the minute ``now``: lists show the same moments again and again."""
    here = now.astimezone(clock.zone_named(zone))
    return Cell(ago(value, here, language), shape="moment", hint=format_moment(value, zone, language))
