"""When what repeats comes next."""

import datetime
from calendar import monthrange
from dataclasses import dataclass

_FRIDAY = 4
_MOST_STEPS = 50  # that are tried; they begin near the day that is looked for
# The most days that one time and the next lie apart, and those that a rule may be ahead of that.
_DAYS = {"daily": 1, "weekdays": 1.4, "weekly": 7, "monthly": 31, "yearly": 366}
_SLACK = 4


@dataclass(frozen=True)
class Repeat:
    """``rule`` is daily, weekdays, weekly, monthly or yearly, ``every`` how many of them lie between two times.

    ``day`` is the day of the month that is meant (0: that of the day it starts from); a month without it takes its
    last. After ``until`` it does not come again.
    """

    rule: str
    every: int = 1
    day: int = 0
    until: datetime.date | None = None

    def after(self, day: datetime.date, *, not_before: datetime.date | None = None) -> datetime.date | None:
        """The next time after ``day``; what lies before ``not_before`` is left out. None if it has ended."""
        meant = self.day or day.day
        try:
            first = self._steps_before(day, not_before)
            for step in range(first, first + _MOST_STEPS):
                found = self._step(day, step, meant)
                if not_before is None or found >= not_before:
                    return None if self.until and found > self.until else found
        except (OverflowError, ValueError):  # after the last year of the calendar
            return None
        return None

    def _steps_before(self, day: datetime.date, not_before: datetime.date | None) -> int:
        """A number of steps after which it is hardly later than ``not_before``, so that a long time is no long loop."""
        between = (not_before - day).days - _SLACK if not_before else 0
        every = 1 if self.rule == "weekdays" else max(self.every, 1)  # of weekdays all are meant
        return max(1, int(between / (_DAYS.get(self.rule, 1) * every)) - 1)

    def _step(self, day: datetime.date, step: int, meant: int) -> datetime.date:
        count = step * max(self.every, 1)
        match self.rule:
            case "daily":
                return day + datetime.timedelta(days=count)
            case "weekdays":
                return _weekdays_on(day, step)
            case "weekly":
                return day + datetime.timedelta(weeks=count)
            case "monthly":
                return _months_on(day, count, meant)
            case "yearly":
                return _months_on(day, 12 * count, meant)
        raise ValueError(self.rule)


def _weekdays_on(day: datetime.date, count: int) -> datetime.date:
    """So many days of Monday to Friday later."""
    if day.weekday() > _FRIDAY:  # as if from Friday
        day -= datetime.timedelta(days=day.weekday() - _FRIDAY)
    weeks, rest = divmod(day.weekday() + count, 5)
    return day + datetime.timedelta(days=7 * weeks + rest - day.weekday())


def _months_on(day: datetime.date, count: int, meant: int) -> datetime.date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return datetime.date(year, month + 1, min(meant, monthrange(year, month + 1)[1]))
