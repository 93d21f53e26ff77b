"""When a task is due, and when to remind of it. Days and times of day are those of its owner's clocks."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.core.errors import Invalid
from rapport.lib import clock
from rapport.lib.relative_dates import day_bounds

MORNING = datetime.time(9)  # when to remind of what is due on a day without a time
BEFORE = {"at": (0, 0), "10m": (0, 10), "1h": (0, 60), "1d": (1, 0)}  # reminder → days and minutes before


@dataclass(frozen=True)
class Due:
    """A day, and the moment (UTC) on it where a time was given. Neither: no date."""

    on: datetime.date | None = None
    at: datetime.datetime | None = None

    @classmethod
    def at_moment(cls, at: datetime.datetime, zone: str) -> "Due":
        """Due at a moment; the day is that of the zone's clocks."""
        return cls(at.astimezone(clock.zone_named(zone)).date(), at)

    @classmethod
    def at_time(cls, day: datetime.date, time: datetime.time | None, zone: str) -> "Due":
        """Due on a day, at a time of the zone's clocks if one is given. Invalid for a day nobody plans for."""
        if not clock.is_plannable(day.year):
            raise Invalid({"due_on": [_("Choose a day between 1900 and 2200.")]})
        return cls(day, None if time is None else on_clock(day, time, zone))

    def by(self, zone: str) -> datetime.datetime | None:
        """From when on it is overdue (UTC): the moment, or the end of the day in ``zone``."""
        if self.at is not None or self.on is None:
            return self.at
        return day_bounds(self.on, zone)[1]

    def moved_to(self, day: datetime.date | None, zone: str) -> "Due":
        """On another day, at the same time of the clocks."""
        if day is None:
            return Due()
        local = self.at.astimezone(clock.zone_named(zone)).time() if self.at else None
        return Due.at_time(day, local, zone)


def on_clock(day: datetime.date, time: datetime.time, zone: str) -> datetime.datetime:
    """The moment (UTC) when the clocks of a zone show day and time. A time that they skip counts as that much later,
    of one that comes twice the first.
    """
    return datetime.datetime.combine(day, time, clock.zone_named(zone)).astimezone(datetime.UTC)


def remind_moment(reminder: str, due: Due, zone: str) -> datetime.datetime | None:
    """When to remind (UTC); None without a date. Days before are days of the clocks: the same time, a day earlier."""
    if reminder not in BEFORE or due.on is None:
        return None
    days, minutes = BEFORE[reminder]
    day = due.on - datetime.timedelta(days=days)
    time = due.at.astimezone(clock.zone_named(zone)).time() if due.at else MORNING
    start = due.at if due.at and not days else on_clock(day, time, zone)
    return start - datetime.timedelta(minutes=minutes)
