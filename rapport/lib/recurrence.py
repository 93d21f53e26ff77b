"""Days that come again: every so many days, weeks, months or years. Pure calendar, no clocks and no time zones.

A rule starts on a first day, which fits it (``first_fit``). A month that is too short lends its last day: what comes
on the 31st comes on 30 April, too, and what comes on 29 February on the 28th of other years. Any range is found by
arithmetic, so the thousandth year costs no more than the first. As text a rule is written as calendars do (RFC 5545).
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count as counting

from django.utils.translation import gettext as _

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
UNITS = (DAY, WEEK, MONTH, YEAR)
MOST_STEPS = 99
MOST_TIMES = 730
WORKDAYS = (0, 1, 2, 3, 4)
LAST = -1
_FREQUENCIES = {DAY: "DAILY", WEEK: "WEEKLY", MONTH: "MONTHLY", YEAR: "YEARLY"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTH_DAY = re.compile(r"(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)")
_END_OF_TIME = date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Rule:
    """Every ``step`` ``unit``s.

    ``weekdays`` (0 is Monday) are those of a weekly rule; none means the weekday of the first day. A monthly rule with
    ``nth`` (1 to 4, or ``LAST``) comes on that weekday of the month, else on the day of the month of the first day.
    It ends after the day ``until`` or after ``times`` occurrences, whichever is given (at most one of them).
    ValueError with a sentence if this is no rule.
    """

    unit: str
    step: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    until: date | None = None
    times: int | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(_("A series repeats by day, week, month or year."))
        if not 1 <= self.step <= MOST_STEPS:
            raise ValueError(_("A series repeats every 1 to %(most)s times.") % {"most": MOST_STEPS})
        if not all(0 <= weekday <= 6 for weekday in self.weekdays) or self.nth not in (0, 1, 2, 3, 4, LAST):
            raise ValueError(_("There is no such day of the week."))
        if self.times is not None and not 1 <= self.times <= MOST_TIMES:
            raise ValueError(_("A series has 1 to %(most)s meetings, or no end.") % {"most": MOST_TIMES})
        if self.until is not None and self.times is not None:
            raise ValueError(_("A series ends on a day or after a number of meetings, not both."))


def first_fit(rule: Rule, day: date) -> date:
    """The first day on or after ``day`` that fits a rule which begins there."""
    open_end = replace(rule, until=None, times=None)
    return next(days(open_end, day, day, _END_OF_TIME), day)


def days(rule: Rule, first: date, start: date, end: date) -> Iterator[date]:
    """The days of a rule that begins on ``first``, from ``start`` to before ``end``, in order."""
    last = last_day(rule, first)
    for day in _from(rule, first, max(start, first)):
        if day >= end or (last is not None and day > last):
            return
        yield day


def last_day(rule: Rule, first: date) -> date | None:
    """The day after which the rule gives no more; None if it has no end. It may lie before ``first``: no day at all."""
    if rule.times is None:
        return rule.until
    last = first
    for number, day in enumerate(_from(rule, first, first), start=1):
        last = day
        if number == rule.times:
            break
    return last


def to_text(rule: Rule) -> str:
    """The rule as text: ``FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231``."""
    parts = [f"FREQ={_FREQUENCIES[rule.unit]}"]
    if rule.step != 1:
        parts.append(f"INTERVAL={rule.step}")
    if rule.unit == MONTH and rule.nth and rule.weekdays:
        parts.append(f"BYDAY={rule.nth}{_DAYS[rule.weekdays[0]]}")
    elif rule.unit == WEEK and rule.weekdays:
        parts.append("BYDAY=" + ",".join(_DAYS[weekday] for weekday in sorted(set(rule.weekdays))))
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%d}")
    if rule.times is not None:
        parts.append(f"COUNT={rule.times}")
    return ";".join(parts)


def from_text(text: str) -> Rule:
    """Inverse of :func:`to_text`. ValueError with a sentence for what it cannot read or does not know."""
    parts = dict(part.split("=", 1) for part in text.strip().upper().split(";") if "=" in part)
    units = {name: unit for unit, name in _FREQUENCIES.items()}
    try:
        unit = units[parts.pop("FREQ")]
        step = int(parts.pop("INTERVAL", "1"))
        weekdays, nth = _by_day(unit, parts.pop("BYDAY", ""))
        ends = parts.pop("UNTIL", "")[:8]
        until = date(int(ends[:4]), int(ends[4:6]), int(ends[6:])) if ends else None
        number = parts.pop("COUNT", "")
        times = int(number) if number else None
    except (KeyError, ValueError) as error:
        raise ValueError(_unreadable(text)) from error
    if parts:
        raise ValueError(_unreadable(text))
    return Rule(unit, step, weekdays, nth, until, times)


def moved(rule: Rule, by: int) -> Rule:
    """The rule of a series that is moved by so many days: its weekdays and its end go along."""
    weekdays = tuple(sorted((weekday + by) % 7 for weekday in rule.weekdays))
    until = rule.until + timedelta(days=by) if rule.until is not None else None
    return replace(rule, weekdays=weekdays, until=until)


# -------------------------------------------------------------------- pieces
def _from(rule: Rule, first: date, start: date) -> Iterator[date]:
    """All days of a rule without its end, from ``start`` (not before ``first``) on."""
    walk = {DAY: _by_days, WEEK: _by_weeks, MONTH: _by_months, YEAR: _by_years}[rule.unit]
    for day in walk(rule, first, start):
        if day >= start:
            yield day


def _by_days(rule: Rule, first: date, start: date) -> Iterator[date]:
    for number in counting((start - first).days // rule.step):
        if (day := first.toordinal() + number * rule.step) > _END_OF_TIME.toordinal():
            return
        yield date.fromordinal(day)


def _by_weeks(rule: Rule, first: date, start: date) -> Iterator[date]:
    monday = first.toordinal() - first.weekday()
    weekdays = sorted(set(rule.weekdays)) or [first.weekday()]
    for number in counting((start.toordinal() - monday) // 7 // rule.step):
        week = monday + number * rule.step * 7
        if week + 6 > _END_OF_TIME.toordinal():
            return
        yield from (date.fromordinal(week + weekday) for weekday in weekdays)


def _by_months(rule: Rule, first: date, start: date) -> Iterator[date]:
    begin = first.year * 12 + first.month - 1
    passed = start.year * 12 + start.month - 1 - begin
    for number in counting(passed // rule.step):
        year, month = divmod(begin + number * rule.step, 12)
        if year > _END_OF_TIME.year:
            return
        if rule.nth and rule.weekdays:
            yield nth_weekday(year, month + 1, rule.weekdays[0], rule.nth)
        else:
            yield date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _by_years(rule: Rule, first: date, start: date) -> Iterator[date]:
    for number in counting((start.year - first.year) // rule.step):
        year = first.year + number * rule.step
        if year > _END_OF_TIME.year:
            return
        yield date(year, first.month, min(first.day, monthrange(year, first.month)[1]))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The first to fourth, or the last, of a weekday in a month."""
    length = monthrange(year, month)[1]
    if nth == LAST:
        end = date(year, month, length)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=(weekday - begin.weekday()) % 7 + 7 * (nth - 1))


def _by_day(unit: str, text: str) -> tuple[tuple[int, ...], int]:
    if not text:
        return (), 0
    if unit == MONTH and (match := _NTH_DAY.fullmatch(text)):
        return (_DAYS.index(match[2]),), int(match[1])
    if unit != WEEK:
        raise ValueError(text)
    return tuple(sorted({_DAYS.index(name) for name in text.split(",")})), 0


def _unreadable(text: str) -> str:
    return _("“%(text)s” is no rule for a series. Write it as FREQ=WEEKLY;BYDAY=MO,WE.") % {"text": text[:60]}
