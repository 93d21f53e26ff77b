"""When the house works, as the calendar draws it: what lies outside its hours, and its days off."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapport.accounts import workspace
from rapport.lib.day_layout import DAY
from rapport.lib.working_time import Hours, read_hours

USUAL_BEGIN = 8 * 60  # minutes after midnight: where a calendar begins whose days are all free
_ONE_DAY = datetime.timedelta(days=1)

Minutes = tuple[int, int]  # after midnight, on the clocks of the reader: from, to


@dataclass(frozen=True)
class House:
    """Working hours, the names of days off by what is stored of them (“2026-05-01”, every year “12-25”), and on which
    day weeks begin (0 is Monday).
    """

    hours: Hours
    names: Mapping[str, str]
    first_weekday: int

    def is_free(self, day: datetime.date) -> bool:
        """Whether nobody works on that day."""
        return self.hours.is_day_off(day)

    def days_off(self, first: datetime.date, last: datetime.date) -> Iterator[tuple[datetime.date, str]]:
        """The days off that have a name, from the first to the last day."""
        for number in range((last - first).days + 1):
            day = first + number * _ONE_DAY
            if name := self.names.get(day.isoformat()) or self.names.get(f"{day:%m-%d}"):
                yield day, name

    def worked(self, day: datetime.date, zone: datetime.tzinfo) -> list[Minutes]:
        """Working time within a day of the reader, whose clocks may be others than those of the house."""
        midnight = datetime.datetime.combine(day, datetime.time())
        found = []
        for near in (day - _ONE_DAY, day, day + _ONE_DAY):
            for moments in self.hours.spans(near):
                start, end = (_minutes(moment, midnight, zone) for moment in moments)
                if max(start, 0) < min(end, DAY):
                    found.append((max(start, 0), min(end, DAY)))
        return sorted(found)

    def resting(self, day: datetime.date, zone: datetime.tzinfo) -> list[Minutes]:
        """The rest of that day."""
        rest, at = [], 0
        for start, end in self.worked(day, zone):
            if start > at:
                rest.append((at, start))
            at = max(at, end)
        return [*rest, (at, DAY)] if at < DAY else rest

    def begin(self, days: tuple[datetime.date, ...], zone: datetime.tzinfo) -> int:
        """The minute after midnight at which work begins on the earliest of some days."""
        return min((spans[0][0] for day in days if (spans := self.worked(day, zone))), default=USUAL_BEGIN)


def our_house() -> House:
    """As the workspace has it."""
    row = workspace.current()
    names = {str(holiday["on"]): str(holiday.get("name") or "") for holiday in row.holidays}
    return House(read_hours(row.time_zone, row.hours, row.holidays), names, row.first_weekday)


def _minutes(moment: datetime.datetime, midnight: datetime.datetime, zone: datetime.tzinfo) -> int:
    return int((moment.astimezone(zone).replace(tzinfo=None) - midnight).total_seconds()) // 60
