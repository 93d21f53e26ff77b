"""When a meeting is, in words, on the clocks of whoever reads it."""

import datetime
from typing import Any

from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.rule_words import rule_words
from rapport.core.fields import Locale
from rapport.lib import clock, recurrence

_ONE_DAY = datetime.timedelta(days=1)


def when_words(meeting: Meeting, locale: Locale) -> str:
    """“Tue 25 Nov, 10:00–10:45”, with the rule of a series behind it."""
    said = span_words(meeting.starts_at, meeting.ends_at, locale, is_all_day=meeting.is_all_day)
    if meeting.repeat:
        return f"{said} · {rule_words(recurrence.from_text(meeting.repeat), locale.language)}"
    return said


def span_words(starts_at: datetime.datetime, ends_at: datetime.datetime, locale: Locale, *, is_all_day: bool) -> str:
    """From when to when, in the reader's time zone; of whole days only the days."""
    if is_all_day:
        first, last = starts_at.date(), (ends_at - _ONE_DAY).date()
        words = day_words(first, locale)
        return words if last <= first else f"{words} – {day_words(last, locale)}"
    zone = clock.zone_named(locale.time_zone)
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    words = f"{day_words(begins.date(), locale)}, {time_words(begins)}"
    if begins.date() == ends.date():
        return words if begins == ends else f"{words}–{time_words(ends)}"
    return f"{words} – {day_words(ends.date(), locale)}, {time_words(ends)}"


def day_words(day: datetime.date, locale: Locale) -> str:
    """“Tue 25 Nov”, with the year where it is another one than on the reader's clocks now."""
    language, is_this_year = locale.language, day.year == clock.today(locale.time_zone).year
    if language.startswith("en"):
        words = f"{day:%a} {day.day} {day:%b}"
        return words if is_this_year else f"{words} {day.year}"
    skeleton = "MMMEd" if is_this_year else "yMMMEd"
    return str(format_skeleton(skeleton, day, locale=language.replace("-", "_")))


def time_words(moment: Any) -> str:
    """The time of day: 09:05."""
    return f"{moment:%H:%M}"


def length_words(minutes: int) -> str:
    """“45 min”, “1 h”, “1 h 30 min”, “2 d”."""
    if minutes and minutes % (24 * 60) == 0:
        return _("%(count)d d") % {"count": minutes // (24 * 60)}
    hours, rest = divmod(minutes, 60)
    parts = [_("%(count)d h") % {"count": hours}] if hours else []
    if rest or not hours:
        parts.append(_("%(count)d min") % {"count": rest})
    return " ".join(parts)


def other_zone(starts_at: datetime.datetime, meeting: Meeting, locale: Locale) -> str:
    """“16:00 in New York” where the clocks of the planner show another time than those of the reader; else ""."""
    if meeting.is_all_day or meeting.zone == locale.time_zone:
        return ""
    there = starts_at.astimezone(clock.zone_named(meeting.zone))
    here = starts_at.astimezone(clock.zone_named(locale.time_zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    place = meeting.zone.rpartition("/")[2].replace("_", " ")
    return _("%(time)s in %(place)s") % {"time": time_words(there), "place": place}


def place_words(place: str) -> str:
    """Where it is, in short: of a link only the name of the site."""
    scheme, mark, rest = place.partition("://")
    if not mark or scheme not in ("http", "https"):
        return place
    return rest.partition("/")[0].removeprefix("www.")
