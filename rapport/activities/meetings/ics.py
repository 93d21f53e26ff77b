"""A meeting as a file that other calendars read (RFC 5545)."""

import datetime

from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import rule_of, starts_on
from rapport.lib import clock
from rapport.lib.recurrence import LAST, MONTH, WEEK, YEAR, Rule
from rapport.lib.recurrence import to_text as rule_text

LINE_BYTES = 75


def ics_of(meeting: Meeting) -> str:
    """The file, with the rule of a series and the days it leaves out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rapport//Meetings//EN",
        "BEGIN:VEVENT",
        f"UID:meeting-{meeting.pk}@rapport",
        f"DTSTAMP:{_utc(clock.now())}",
        f"SEQUENCE:{meeting.version}",
        f"SUMMARY:{_escaped(meeting.title)}",
        *_times(meeting),
    ]
    for name, value in (("LOCATION", meeting.place), ("DESCRIPTION", meeting.body)):
        if value:
            lines.append(f"{name}:{_escaped(value)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _times(meeting: Meeting) -> list[str]:
    rule = rule_of(meeting)
    if meeting.is_all_day:
        lines = [f"DTSTART;VALUE=DATE:{meeting.starts_at:%Y%m%d}", f"DTEND;VALUE=DATE:{meeting.ends_at:%Y%m%d}"]
    elif rule is None:
        lines = [f"DTSTART:{_utc(meeting.starts_at)}", f"DTEND:{_utc(meeting.ends_at)}"]
    else:  # a series keeps its time on the clocks of its zone
        local = [moment.astimezone(clock.zone_named(meeting.zone)) for moment in (meeting.starts_at, meeting.ends_at)]
        lines = [
            f"{name};TZID={meeting.zone}:{at:%Y%m%dT%H%M%S}"
            for name, at in zip(("DTSTART", "DTEND"), local, strict=True)
        ]
    if rule is not None:
        lines.append(f"RRULE:{_rule(rule, meeting)}")
        left_out = [starts_on(meeting, datetime.date.fromisoformat(day)) for day in meeting.skipped]
        if left_out and meeting.is_all_day:
            lines.append("EXDATE;VALUE=DATE:" + ",".join(f"{at:%Y%m%d}" for at in left_out))
        elif left_out:
            lines.append("EXDATE:" + ",".join(_utc(at) for at in left_out))
    return lines


def _rule(rule: Rule, meeting: Meeting) -> str:
    """Our rule in the terms of the standard, where a month that is too short has to be spelled out."""
    text = rule_text(rule)
    first = (
        meeting.starts_at.astimezone(clock.zone_named(meeting.zone)) if not meeting.is_all_day else meeting.starts_at
    )
    if rule.unit == MONTH and not (rule.nth and rule.weekdays) and first.day > 28:
        text += f";BYMONTHDAY={','.join(str(day) for day in range(28, first.day + 1))};BYSETPOS={LAST}"
    if rule.unit == YEAR and (first.month, first.day) == (2, 29):
        text += f";BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS={LAST}"
    if rule.unit == WEEK and rule.step > 1:
        text += ";WKST=MO"
    return text


def _utc(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """Lines are at most 75 bytes long; the next one begins with a blank. No sign is cut in two."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > LINE_BYTES - 1:
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
