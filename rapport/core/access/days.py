"""Which records of a list fall on which of some days, by any of its dates.

A month is a range of the date, so an index of the field leads to it. What falls on a day is the list narrowed by that
day: rights, search and filters are those of the list.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, Term
from rapport.core.access.levels import hides_title, readable_fields
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.fields import Date
from rapport.core.fields.day_of_year import in_year
from rapport.lib import clock

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

SAMPLE = 2_000  # records that are looked at for all days together
MOST_OF_A_DAY = 100  # that are looked at for one day, where there are more on all of them
_ONE_DAY = datetime.timedelta(days=1)


@dataclass
class Falling:
    """What falls on one day: ids with their values, by time and then by name. ``is_cut``: there may be more."""

    found: list[tuple[int, Any]] = field(default_factory=list)
    is_cut: bool = False


def dates_by(actor: Actor, spec: "ObjectSpec") -> dict[str, Date]:
    """The fields by which a list can stand in a calendar, those that somebody fills in before the others."""
    fields = readable_fields(actor, spec)
    dates = {key: one for key, one in fields.items() if isinstance(one, Date) and one.operators}
    return dict(sorted(dates.items(), key=lambda pair: pair[1].read_only))


def on_day(by: Date, day: datetime.date) -> Condition:
    """What finds the records of one day."""
    return Term(by.key, "yearly" if by.yearly else "on", day.isoformat())


def on_days(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Date, days: Sequence[datetime.date]
) -> dict[datetime.date, Falling]:
    """What falls on each of some days that follow each other, in the time zone of the reader.

    One query; where the days hold more than ``SAMPLE`` records and an index leads to each day, one for each of them.
    Without an index the days show what was met, and say that there may be more.
    """
    found = _asked(actor, spec, query, by, days, SAMPLE)
    if len(found) <= SAMPLE:
        return _laid(actor, by, days, found)
    if by.yearly or not (by.sortable or by.indexed):
        laid = _laid(actor, by, days, found[:SAMPLE])
        for one in laid.values():
            one.is_cut = True
        return laid
    laid = {}
    for day in days:
        some = _asked(actor, spec, query, by, [day], MOST_OF_A_DAY)
        laid[day] = _laid(actor, by, [day], some[:MOST_OF_A_DAY])[day]
        laid[day].is_cut = len(some) > MOST_OF_A_DAY
    return laid


def _asked(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Date, days: Sequence[datetime.date], most: int
) -> list[tuple[Any, ...]]:
    """Ids, values and what records are put in order by; one more than ``most`` if there are more."""
    if by.yearly:
        rows = rows_matching(actor, spec, query).filter(by.on_days_of_year(days))
    else:
        ends = (("after", days[0] - _ONE_DAY), ("before", days[-1] + _ONE_DAY))
        inside = tuple(Term(by.key, operator, day.isoformat()) for operator, day in ends)
        rows = rows_matching(actor, spec, replace(query, condition=AllOf((query.condition, *inside))))
    named = "pk" if hides_title(actor, spec) else "title_key"  # the order would tell of the words that are hidden
    return list(rows.order_by().values_list("pk", named, *by.select())[: most + 1])


def _laid(
    actor: Actor, by: Date, days: Sequence[datetime.date], found: Sequence[tuple[Any, ...]]
) -> dict[datetime.date, Falling]:
    laid = {day: Falling() for day in days}
    years = range(days[0].year, days[-1].year + 1)
    held = [(pk, named, by.load(list(parts))) for pk, named, *parts in found]
    for pk, _named, value in sorted(held, key=lambda one: (*_time_of(one[2]), one[1], one[0])):
        for day in _days_of(by, value, actor.time_zone, years):
            if day in laid:
                laid[day].found.append((pk, value))
    return laid


def _time_of(value: Any) -> tuple[datetime.datetime, ...]:
    """Moments in their order; days without a time stand by name."""
    return (value,) if isinstance(value, datetime.datetime) else ()


def _days_of(by: Date, value: Any, zone: str, years: Sequence[int]) -> Iterator[datetime.date]:
    day = local_day(value, zone)
    if by.yearly:
        yield from (kept for year in years if year >= day.year and (kept := in_year(day, year)) >= day)
    else:
        yield day


def local_day(value: Any, zone: str) -> datetime.date:
    """The day of a date, or of a moment on the clocks of a zone."""
    moment = value.astimezone(clock.zone_named(zone)) if isinstance(value, datetime.datetime) else value
    day: datetime.date = moment.date() if isinstance(moment, datetime.datetime) else moment
    return day
