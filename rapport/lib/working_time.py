"""When a house works: hours of each weekday with their breaks, days off, and how to count in them.

Hours are local times of one time zone. A day that the clocks make longer or shorter has the working minutes that really
pass between its local times, so that an answer due “in four working hours” is due when a clock on the wall says so.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.lib import clock

DAY_MINUTES = 24 * 60
MOST_DAYS = 3660  # ten years: who finds no working time in them never works
_TIME = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)\Z")
_EVERY_YEAR = re.compile(r"(\d\d)-(\d\d)\Z")

Span = tuple[int, int]  # minutes after midnight, by the clock on the wall: from, to


class NotWorking(ValueError):
    """There is no working time to count in."""


class WrongOrder(ValueError):
    """Spans of a day that are empty, out of order or overlap; says which weekday."""


@dataclass(frozen=True)
class Hours:
    """The spans of each weekday, Monday first, in order and apart; what lies between two spans is a break.

    ``holidays`` are days off by themselves, ``yearly`` those that come again: (month, day).
    """

    zone: datetime.tzinfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[datetime.date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def is_day_off(self, day: datetime.date) -> bool:
        """Whether nobody works on that day, by weekday or holiday."""
        return not self.week[day.weekday()] or day in self.holidays or (day.month, day.day) in self.yearly

    def spans(self, day: datetime.date) -> list[tuple[datetime.datetime, datetime.datetime]]:
        """The working spans of a local day, as moments in UTC; none on a day off."""
        if self.is_day_off(day):
            return []
        found = [
            (_moment(self.zone, day, start), _moment(self.zone, day, end)) for start, end in self.week[day.weekday()]
        ]
        return [(start, end) for start, end in found if start < end]

    def is_open(self, at: datetime.datetime) -> bool:
        """Whether the moment lies in working time; the end of a span no longer does."""
        return any(start <= at < end for start, end in self.spans(at.astimezone(self.zone).date()))

    def add(self, at: datetime.datetime, worked: datetime.timedelta) -> datetime.datetime:
        """The moment (UTC) by which so much working time has passed since ``at``.

        Exactly at the end of a day's work it is that end, not the next morning. NotWorking if it never comes.
        """
        left = worked
        if left <= datetime.timedelta():
            return at.astimezone(datetime.UTC)
        for start, end in self._from(at):
            if left <= end - start:
                return start + left
            left -= end - start
        raise NotWorking("There are no working hours in ten years.")

    def next_open(self, at: datetime.datetime) -> datetime.datetime:
        """``at`` (UTC) if it lies in working time, else the next moment that does. NotWorking if none comes."""
        for start, _end in self._from(at):
            return start
        raise NotWorking("There are no working hours in ten years.")

    def between(self, start: datetime.datetime, end: datetime.datetime) -> datetime.timedelta:
        """How much working time lies between two moments; none if they are the wrong way round."""
        total = datetime.timedelta()
        for one, other in self._from(start):
            if one >= end:
                break
            total += min(other, end) - one
        return total

    def _from(self, at: datetime.datetime) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
        """Working spans from a moment on, the first one cut to it."""
        at = at.astimezone(datetime.UTC)
        day = at.astimezone(self.zone).date()
        for number in range(MOST_DAYS):
            for start, end in self.spans(day + datetime.timedelta(days=number)):
                if end > at:
                    yield max(start, at), end


def _moment(zone: datetime.tzinfo, day: datetime.date, minutes: int) -> datetime.datetime:
    """A local time in UTC. One that the clocks skip is the moment they jump over it; of two the first."""
    midnight = datetime.datetime.combine(day, datetime.time())
    for earlier in range(DAY_MINUTES + 1):
        wanted = midnight + datetime.timedelta(minutes=minutes - earlier)
        found = wanted.replace(tzinfo=zone).astimezone(datetime.UTC)
        if found.astimezone(zone).replace(tzinfo=None) == wanted:
            return found + (datetime.timedelta(minutes=1) if earlier else datetime.timedelta())
    raise NotWorking("The clocks skip more than a day.")


def read_time(text: str) -> int:
    """Minutes after midnight of “9:30” or “24:00”; ValueError with a sentence for anything else."""
    found = _TIME.match(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minutes <= DAY_MINUTES:
        raise ValueError(_("“%(text)s” is no time of the day. Write it like 09:00.") % {"text": text.strip()[:20]})
    return minutes


def write_time(minutes: int) -> str:
    """“09:30”."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def check_week(week: Sequence[Sequence[Span]]) -> None:
    """WrongOrder with the number of the first weekday whose spans do not follow each other."""
    for number, spans in enumerate(week):
        last = 0
        for start, end in spans:
            if start < last or end <= start or end > DAY_MINUTES:
                raise WrongOrder(str(number))
            last = end


def read_hours(zone: str, week: Sequence[Sequence[Sequence[str]]], holidays: Sequence[Mapping[str, Any]]) -> Hours:
    """Hours as they are stored: for each weekday [["09:00", "12:30"], …]; days off {"on": "2026-05-01"} or, every year,
    {"on": "05-01"}. ValueError for an unknown time zone or a time that is none.
    """
    spans = tuple(tuple((read_time(start), read_time(end)) for start, end in day) for day in week)
    check_week(spans)
    days, yearly = set(), set()
    for holiday in holidays:
        on = str(holiday["on"])
        if again := _EVERY_YEAR.match(on):
            day = datetime.date(2000, int(again[1]), int(again[2]))  # a leap year has every day there is
            yearly.add((day.month, day.day))
        else:
            days.add(datetime.date.fromisoformat(on))
    return Hours(clock.zone_named(zone), spans, frozenset(days), frozenset(yearly))
