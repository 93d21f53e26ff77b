"""When a meeting takes place: once, or on each day of its series, on the clocks of the zone where it was planned."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from rapport.activities.meetings.models import Meeting
from rapport.lib import clock, recurrence
from rapport.lib.recurrence import Rule

DAY_MINUTES = 24 * 60
MOST_MINUTES = 31 * DAY_MINUTES
REMIND_WITHIN = datetime.timedelta(days=400 * 10)  # how far ahead the next reminder is looked for
_LOOK_BACK = datetime.timedelta(days=10)  # and ten times that where none is found
NINE = datetime.time(9)
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Occurrence:
    """A meeting at one time (UTC; all day: midnights in UTC). ``on`` is its day in the series, None of a single one."""

    meeting: Meeting
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    on: datetime.date | None = None


def occurrences(meeting: Meeting, start: datetime.datetime, end: datetime.datetime) -> Iterator[Occurrence]:
    """When a meeting takes place between two moments, in order; what only touches them does not count.

    A meeting without length counts at its start.
    """
    if not meeting.repeat:
        if _overlaps(meeting.starts_at, meeting.ends_at, start, end):
            yield Occurrence(meeting, meeting.starts_at, meeting.ends_at)
        return
    length = datetime.timedelta(minutes=meeting.minutes)
    rule, first = recurrence.from_text(meeting.repeat), day_of(meeting)
    skipped = set(meeting.skipped)
    # A day more at both ends: the day there is not the day in UTC.
    for day in recurrence.days(rule, first, (start - length - _ONE_DAY).date(), (end + 2 * _ONE_DAY).date()):
        begins = starts_on(meeting, day)
        if day.isoformat() not in skipped and _overlaps(begins, begins + length, start, end):
            yield Occurrence(meeting, begins, begins + length, day)


def occurrence_on(meeting: Meeting, day: datetime.date) -> Occurrence | None:
    """The meeting of a series on that day, None if there is none."""
    if not meeting.repeat or day.isoformat() in meeting.skipped:
        return None
    rule = recurrence.from_text(meeting.repeat)
    if next(recurrence.days(rule, day_of(meeting), day, day + _ONE_DAY), None) is None:
        return None
    begins = starts_on(meeting, day)
    return Occurrence(meeting, begins, begins + datetime.timedelta(minutes=meeting.minutes), day)


def next_occurrence(meeting: Meeting, now: datetime.datetime) -> Occurrence | None:
    """The first that has not ended yet; None if all are over."""
    if not meeting.repeat:
        return Occurrence(meeting, meeting.starts_at, meeting.ends_at) if meeting.ends_at > now else None
    length = datetime.timedelta(minutes=meeting.minutes)
    skipped = set(meeting.skipped)
    rule, first = recurrence.from_text(meeting.repeat), day_of(meeting)
    for day in recurrence.days(rule, first, (now - length - _ONE_DAY).date(), datetime.date(9000, 1, 1)):
        begins = starts_on(meeting, day)
        if day.isoformat() not in skipped and begins + length > now:
            return Occurrence(meeting, begins, begins + length, day)
    return None


def begins_after(meeting: Meeting, moment: datetime.datetime) -> datetime.datetime | None:
    """When it, or the next of a series, begins after a moment (UTC); None if none does."""
    if not meeting.repeat:
        return meeting.starts_at if meeting.starts_at > moment else None
    coming = occurrences(meeting, moment, moment + REMIND_WITHIN)
    return next((one.starts_at for one in coming if one.starts_at > moment), None)


def began_before(meeting: Meeting, moment: datetime.datetime) -> datetime.datetime | None:
    """When it, or the latest of a series, began up to a moment (UTC); None if none did. Looked for from there back."""
    if not meeting.repeat:
        return meeting.starts_at if meeting.starts_at <= moment else None
    end, back = min(moment, meeting.runs_until or moment), _LOOK_BACK
    while end >= meeting.starts_at:
        start = max(meeting.starts_at, end - back)
        begun = [one.starts_at for one in occurrences(meeting, start, end + _ONE_DAY) if one.starts_at <= moment]
        if begun or start == meeting.starts_at:
            return max(begun, default=None)
        back *= 10
    return None


def remind_after(meeting: Meeting, moment: datetime.datetime) -> datetime.datetime | None:
    """When people are reminded next, after a moment (UTC); None if never. Of whole days they are at nine o'clock."""
    if not meeting.reminder:
        return None
    return next((at for at, _one in _reminders(meeting, moment) if at > moment), None)


def reminded_of(meeting: Meeting, moment: datetime.datetime) -> Occurrence | None:
    """Of which meeting of a series people are reminded at a moment (UTC); None if of none."""
    if not meeting.reminder:
        return None
    return next((one for at, one in _reminders(meeting, moment) if at >= moment), None)


def _reminders(meeting: Meeting, moment: datetime.datetime) -> Iterator[tuple[datetime.datetime, Occurrence]]:
    """When people are reminded around a moment and later, and of which meeting."""
    ahead = datetime.timedelta(minutes=int(meeting.reminder))
    start, end = moment + ahead - 2 * _ONE_DAY, moment + ahead + REMIND_WITHIN
    for one in occurrences(meeting, start, end):
        yield _reminded_at(one, ahead), one


def _reminded_at(one: Occurrence, ahead: datetime.timedelta) -> datetime.datetime:
    """So long before it begins: whole days by the clocks where it was planned, so that the hour stays as it is."""
    meeting = one.meeting
    zone = clock.zone_named(meeting.zone)
    begins = at_clock(one.starts_at.date(), NINE, meeting.zone) if meeting.is_all_day else one.starts_at
    if not ahead or ahead % _ONE_DAY:
        return begins - ahead
    local = begins.astimezone(zone)
    return at_clock(local.date() - ahead, local.time(), meeting.zone)


def day_of(meeting: Meeting) -> datetime.date:
    """The day on which a meeting (the first of a series) begins, where it was planned."""
    return local_day(meeting.starts_at, meeting.zone, is_all_day=meeting.is_all_day)


def local_day(moment: datetime.datetime, zone: str, *, is_all_day: bool) -> datetime.date:
    """The day of a moment on the clocks of a zone; of a whole day that day itself."""
    return moment.astimezone(datetime.UTC if is_all_day else clock.zone_named(zone)).date()


def starts_on(meeting: Meeting, day: datetime.date) -> datetime.datetime:
    """The moment (UTC) at which the meeting begins on a day: at the same time on the clocks where it was planned."""
    if meeting.is_all_day:
        return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    zone = clock.zone_named(meeting.zone)
    return at_clock(day, meeting.starts_at.astimezone(zone).time(), meeting.zone)


def at_clock(day: datetime.date, time: datetime.time, zone: str) -> datetime.datetime:
    """A time on the clocks of a zone as a moment in UTC: one that they skip counts as that much later, of one that
    comes twice the first.
    """
    local = datetime.datetime.combine(day, time.replace(fold=0, tzinfo=None), clock.zone_named(zone))
    return local.astimezone(datetime.UTC)


def end_of_series(meeting: Meeting) -> datetime.datetime | None:
    """When the last meeting of a series ends (UTC); None if it goes on for ever, or is no series."""
    if not meeting.repeat:
        return None
    last = recurrence.last_day(recurrence.from_text(meeting.repeat), day_of(meeting))
    if last is None:
        return None
    return starts_on(meeting, last) + datetime.timedelta(minutes=meeting.minutes)


def rule_of(meeting: Meeting) -> Rule | None:
    """The rule of a series, None of a single meeting."""
    return recurrence.from_text(meeting.repeat) if meeting.repeat else None


def _overlaps(
    begins: datetime.datetime, ends: datetime.datetime, start: datetime.datetime, end: datetime.datetime
) -> bool:
    return begins < end and (ends > start or (begins == ends and begins >= start))
