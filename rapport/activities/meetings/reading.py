"""The form of a meeting: what it shows, and what was typed into it. Times are on the clocks of whoever types."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from rapport.activities.meetings.occurrences import DAY_MINUTES, MOST_MINUTES, Occurrence, at_clock
from rapport.core.errors import Invalid
from rapport.core.fields import Locale
from rapport.lib import clock, recurrence
from rapport.lib.recurrence import LAST, MONTH, WEEK, WORKDAYS, Rule

Given = Mapping[str, Any]
USUAL_MINUTES = 30
_ONE_DAY = datetime.timedelta(days=1)


@dataclass
class Typed:
    """The values of a form as far as they could be read, and sentences for the rest."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def checked(self) -> dict[str, Any]:
        """The values; Invalid if something could not be read."""
        if self.errors:
            raise Invalid(self.errors)
        return self.values


def blank(locale: Locale, query: Mapping[str, str]) -> dict[str, Any]:
    """What an empty form shows: the next half hour, or the day, time and length that the address gives."""
    now = clock.now().astimezone(clock.zone_named(locale.time_zone))
    soon = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=30 - now.minute % 30)
    day = _day(query.get("day", "")) or soon.date()
    day = day if clock.is_plannable(day.year) else soon.date()
    begin = _time(query.get("time", ""))
    if begin is None:
        begin = soon.time() if day == soon.date() else datetime.time(9)
    minutes = _number(query.get("minutes", ""), USUAL_MINUTES)
    start = datetime.datetime.combine(day, begin)
    return {
        "all_day": query.get("all_day", ""),
        "reminder": "10",
        **_span(start, start + datetime.timedelta(minutes=minutes)),
        **_repeating(None, day),
    }


def shown(occurrence: Occurrence, locale: Locale) -> dict[str, Any]:
    """What the form of a meeting that is there shows."""
    meeting = occurrence.meeting
    zone = datetime.UTC if meeting.is_all_day else clock.zone_named(locale.time_zone)
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (occurrence.starts_at, occurrence.ends_at))
    rule = recurrence.from_text(meeting.repeat) if meeting.repeat else None
    return {
        "title": meeting.title,
        "place": meeting.place,
        "body": meeting.body,
        "reminder": meeting.reminder,
        "all_day": "1" if meeting.is_all_day else "",
        **_span(start, end - _ONE_DAY if meeting.is_all_day else end),
        **_repeating(rule, start.date()),
    }


def as_typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, to be shown again as it was."""
    return {**{key: data.get(key, "") for key in data}, "repeat_days": data.getlist("repeat_days")}


def read(data: QueryDict, locale: Locale) -> Typed:
    """The values of a meeting in a posted form. A field that the form did not hold is no value."""
    typed = Typed()
    for key in ("title", "place", "body", "reminder"):
        if key in data:
            typed.values[key] = data.get(key, "")
    if "attendees_given" in data:
        typed.values["attendees"] = ",".join(part for part in data.getlist("attendee") if part)
    if "day" in data:
        _read_times(data, locale, typed)
    if "repeat" in data:
        _read_repeat(data, typed)
    return typed


def _read_times(data: QueryDict, locale: Locale, typed: Typed) -> None:
    is_all_day = data.get("all_day") == "1"
    day, to_day = _day(data.get("day", "")), _day(data.get("to_day", ""))
    if not all(one is None or clock.is_plannable(one.year) for one in (day, to_day)):
        typed.errors["day"] = [_("Choose a day between 1900 and 2200.")]
        return
    if day is None:
        typed.errors["day"] = [_("Enter a day such as 2026-12-31.")]
        return
    typed.values["is_all_day"] = is_all_day
    if is_all_day:
        days = max(1, ((to_day or day) - day).days + 1)
        typed.values["starts_at"] = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        typed.values["minutes"] = _bounded(days * DAY_MINUTES, typed)
        return
    begin, end = _time(data.get("time", "")), _time(data.get("to_time", ""))
    if begin is None:
        typed.errors["time"] = [_("Enter a time such as 14:30.")]
        return
    starts_at = at_clock(day, begin, locale.time_zone)
    typed.values["starts_at"] = starts_at
    if data.get("minutes", "") and end is None:
        typed.values["minutes"] = _bounded(_number(data.get("minutes", ""), USUAL_MINUTES), typed)
        return
    typed.values["minutes"] = _bounded(_length(day, begin, to_day, end, locale, starts_at, typed), typed)


def _length(
    day: datetime.date, begin: datetime.time, to_day: datetime.date | None, end: datetime.time | None, locale: Locale,
    starts_at: datetime.datetime, typed: Typed,
) -> int:  # fmt: skip
    """Minutes that go by until the end. An end before the beginning is on the next day, unless a day was given."""
    if end is None:
        return USUAL_MINUTES
    last = to_day if to_day is not None and to_day > day else day
    if last == day and end < begin:
        last = day + _ONE_DAY
    minutes = int((at_clock(last, end, locale.time_zone) - starts_at).total_seconds()) // 60
    if minutes < 0:
        typed.errors["to_time"] = [_("The end lies before the beginning.")]
    return minutes


def _bounded(minutes: int, typed: Typed) -> int:
    if minutes > MOST_MINUTES:
        typed.errors["to_day"] = [_("A meeting lasts at most %(days)s days.") % {"days": MOST_MINUTES // DAY_MINUTES}]
    return max(0, minutes)


def _read_repeat(data: QueryDict, typed: Typed) -> None:
    unit = data.get("repeat", "")
    if not unit:
        typed.values["repeat"] = ""
        return
    try:
        typed.values["repeat"] = recurrence.to_text(_rule(data, unit))
    except ValueError as error:
        typed.errors["repeat"] = [str(error)]


def _rule(data: QueryDict, unit: str) -> Rule:
    until = _day(data.get("repeat_until", ""))
    times = _number(data.get("repeat_times", ""), 0) or None if until is None else None
    step = _number(data.get("repeat_step", ""), 1)
    if unit == "workdays":
        return Rule(WEEK, 1, WORKDAYS, until=until, times=times)
    if unit == "nth":
        day = _day(data.get("day", "")) or datetime.date(2001, 1, 1)
        return Rule(MONTH, step, (day.weekday(),), _nth(day), until, times)
    weekdays: tuple[int, ...] = ()
    if unit == WEEK:
        weekdays = tuple(int(part) for part in data.getlist("repeat_days") if part in set("0123456"))
    return Rule(unit, step, weekdays, until=until, times=times)


def _nth(day: datetime.date) -> int:
    """Which of its weekday a day is in its month; the fifth is the last."""
    number = (day.day - 1) // 7 + 1
    return number if number < 5 else LAST


def _repeating(rule: Rule | None, day: datetime.date) -> dict[str, Any]:
    if rule is None:
        return {
            "repeat": "",
            "repeat_step": "1",
            "repeat_days": [str(day.weekday())],
            "repeat_until": "",
            "repeat_times": "",
        }
    unit: str = rule.unit
    if unit == WEEK and rule.step == 1 and tuple(sorted(rule.weekdays)) == WORKDAYS:
        unit = "workdays"
    if unit == MONTH and rule.nth:
        unit = "nth"
    return {
        "repeat": unit,
        "repeat_step": str(rule.step),
        "repeat_days": [str(weekday) for weekday in rule.weekdays or (day.weekday(),)],
        "repeat_until": rule.until.isoformat() if rule.until else "",
        "repeat_times": str(rule.times or ""),
    }


def _span(start: datetime.datetime, end: datetime.datetime) -> dict[str, str]:
    return {
        "day": start.date().isoformat(),
        "time": f"{start:%H:%M}",
        "to_day": end.date().isoformat(),
        "to_time": f"{end:%H:%M}",
    }


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _time(text: str) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(text.strip()).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        return None


def _number(text: str, usual: int) -> int:
    return int(text) if text.isdecimal() and len(text) <= 6 else usual
