"""Which days a view shows, how it is called, where “next” and “previous” lead. Weeks begin as the house has it."""

import datetime
from calendar import monthrange
from dataclasses import dataclass

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _

from rapport.lib.date_words import weekday_name

VIEWS = ("day", "week", "month", "agenda")
AGENDA_DAYS = 14
_ONE_DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(1971, 1, 1), datetime.date(2199, 12, 31)


@dataclass(frozen=True)
class Shown:
    """The days of a view, around the day ``on``."""

    view: str
    on: datetime.date
    days: tuple[datetime.date, ...]

    def step(self, by: int) -> datetime.date:
        """The day to show after going ``by`` views on, or back."""
        if self.view == "month":
            year, month = divmod(self.on.year * 12 + self.on.month - 1 + by, 12)
            moved = datetime.date(year, month + 1, min(self.on.day, monthrange(year, month + 1)[1]))
        else:
            moved = self.on + by * {"day": 1, "week": 7, "agenda": AGENDA_DAYS}[self.view] * _ONE_DAY
        return min(max(moved, FIRST), LAST)


def shown(view: str, on: datetime.date, first_weekday: int) -> Shown:
    """The days that a view shows."""
    on = min(max(on, FIRST), LAST)
    if view == "day":
        return Shown(view, on, (on,))
    if view == "agenda":
        return Shown(view, on, _row(on, AGENDA_DAYS))
    if view == "month":
        begin = week_start(on.replace(day=1), first_weekday)
        end = on.replace(day=monthrange(on.year, on.month)[1])
        weeks = (end - begin).days // 7 + 1
        return Shown(view, on, _row(begin, weeks * 7))
    return Shown("week", on, _row(week_start(on, first_weekday), 7))


def week_start(day: datetime.date, first_weekday: int) -> datetime.date:
    """The first day of the week of a day; weeks begin on ``first_weekday`` (0 is Monday)."""
    return day - (day.weekday() - first_weekday) % 7 * _ONE_DAY


def title(shown: Shown, language: str) -> str:
    """“November 2026”, “Nov – Dec 2026”, “Tuesday, 24 November 2026”."""
    if shown.view == "day":
        return long_day(shown.on, language)
    first, last = (shown.on, shown.on) if shown.view == "month" else (shown.days[0], shown.days[-1])
    if (first.year, first.month) == (last.year, last.month):
        return _skeleton(first, "yMMMM", language)
    begin = _skeleton(first, "MMM" if first.year == last.year else "yMMM", language)
    return f"{begin} – {_skeleton(last, 'yMMM', language)}"


def week_words(shown: Shown) -> str:
    """“Week 48”, by its Thursday; only for the view of a week."""
    if shown.view != "week":
        return ""
    thursday = next(day for day in shown.days if day.weekday() == 3)
    return _("Week %(number)s") % {"number": thursday.isocalendar().week}


def long_day(day: datetime.date, language: str) -> str:
    """“Tuesday, 24 November 2026”."""
    if language == "en":  # without a country it is written as most of the world does
        return f"{weekday_name(day.weekday(), language, 'wide')}, {day.day} {_skeleton(day, 'yMMMM', language)}"
    return str(format_date(day, "full", locale=language.replace("-", "_")))


def _skeleton(day: datetime.date, skeleton: str, language: str) -> str:
    return str(format_skeleton(skeleton, day, locale=language.replace("-", "_")))


def _row(first: datetime.date, length: int) -> tuple[datetime.date, ...]:
    return tuple(first + number * _ONE_DAY for number in range(length))
