"""Dates and moments as people read them in a list, fast: what a locale prescribes is worked out once and kept.

English without a country is shown as most of the world writes it: "18 Nov 2026", 14:30.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton, get_day_names, tokenize_pattern
from babel.dates import format_time as babel_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.lib.clock import zone_named

_MOST_HOURS_OVER_MIDNIGHT = 6
_LONG = "MMMMEEEEd"
_WORLD_ENGLISH = {"date": "d MMM y", "day": "d MMM", "time": "HH:mm"}


class _Look(NamedTuple):
    """How a locale writes a date, a day of this year, a time, and date and time together."""

    full: Callable[[date], str]
    day: Callable[[date], str]
    clock: Callable[[datetime], str]
    joined: str


def format_date(value: date, locale: str = "en") -> str:
    """A date with its year: "18 Nov 2026"."""
    return _look(locale).full(value)


def format_moment(value: datetime, zone: str, locale: str = "en") -> str:
    """A moment on the clocks of a zone, to the minute: "18 Nov 2026, 14:30"."""
    look = _look(locale)
    local = value.astimezone(zone_named(zone))
    return look.joined.format(look.clock(local), look.full(local))


@lru_cache(maxsize=64)
def short_day(value: date, locale: str = "en") -> str:
    """A day of this year: "18 Nov"."""
    return _look(locale).day(value)


def time_of_day(value: datetime, zone: str, locale: str = "en") -> str:
    """What the clocks of a zone show at a moment: "14:30"."""
    return _look(locale).clock(value.astimezone(zone_named(zone)))


def long_day(value: date, locale: str = "en") -> str:
    """A day of this year in full: "Monday, 23 November"."""
    known = _known(locale)
    return str(
        babel_date(value, "EEEE, d MMMM", known) if str(known) == "en" else format_skeleton(_LONG, value, locale=known)
    )


def weekday_name(weekday: int, language: str, width: Literal["abbreviated", "narrow", "wide"] = "abbreviated") -> str:
    """What a weekday (0 is Monday) is called."""
    return str(get_day_names(width, context="stand-alone", locale=language.replace("-", "_"))[weekday])


def month_words(value: date, locale: str = "en") -> str:
    """A month as people of the locale call it: “November 2026”."""
    return str(format_skeleton("yMMMM", value, locale=_known(locale)))


def ago(moment: datetime, now: datetime, locale: str = "en") -> str:
    """How long ago, or how soon, a moment is: "2 min ago", "3 h ago", "Yesterday", "5 days ago", then "18 Nov".

    ``now`` is in the zone of the reader, for there "yesterday" begins; the year is added when it is another one.
    """
    local = moment.astimezone(now.tzinfo)
    seconds = (now - moment).total_seconds()
    days = now.date().toordinal() - local.date().toordinal()
    if abs(seconds) < 60:
        return _("Just now")
    minutes = int(abs(seconds) // 60)
    if minutes < 60:
        return (_("%(count)s min ago") if seconds > 0 else _("in %(count)s min")) % {"count": minutes}
    if days == 0 or minutes < _MOST_HOURS_OVER_MIDNIGHT * 60:
        return (_("%(count)s h ago") if seconds > 0 else _("in %(count)s h")) % {"count": minutes // 60}
    if abs(days) == 1:
        return _("Yesterday") if days > 0 else _("Tomorrow")
    if 1 < days < 7:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    if -7 < days < -1:
        return ngettext("in %(count)s day", "in %(count)s days", -days) % {"count": -days}
    look = _look(locale)
    return look.day(local) if local.year == now.year else look.full(local)


@lru_cache(maxsize=128)
def _look(locale: str) -> _Look:
    known = _known(locale)
    patterns = {
        "date": known.date_formats["medium"].pattern,
        "day": known.datetime_skeletons["MMMd"].pattern if "MMMd" in known.datetime_skeletons else "d MMM",
        "time": known.time_formats["short"].pattern,
    }
    if str(known) == "en":
        patterns = _WORLD_ENGLISH
    return _Look(
        _date_writer(patterns["date"], known),
        _date_writer(patterns["day"], known),
        _time_writer(patterns["time"], known),
        # A template for str.format; a brace of its own no locale has.
        str(known.datetime_formats["medium"]).replace("'", ""),
    )


def _known(locale: str) -> Locale:
    """The locale of that name (``de``, ``en-GB``, ``pt_BR``), English when there is none."""
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _date_writer(pattern: str, known: Locale) -> Callable[[date], str]:
    """A function that writes dates by a CLDR pattern; Babel itself for patterns with rare fields."""
    fields = {
        ("d", 1): "{0.day}",
        ("d", 2): "{0.day:02d}",
        ("M", 1): "{0.month}",
        ("M", 2): "{0.month:02d}",
        ("y", 1): "{0.year}",
        ("y", 4): "{0.year:04d}",
        ("M", 3): "{1}",
        ("M", 4): "{1}",
    }
    template = _template(pattern, fields)
    if template is None:
        return lambda value: str(babel_date(value, pattern, locale=known))
    names = known.months["format"]["wide" if re.search("M{4}", pattern) else "abbreviated"]
    months = ["", *(str(names[month]) for month in range(1, 13))]
    return lambda value: template.format(value, months[value.month])


def _time_writer(pattern: str, known: Locale) -> Callable[[datetime], str]:
    """A function that writes times by a CLDR pattern; Babel itself for patterns with rare fields."""
    fields = {
        ("H", 1): "{0.hour}",
        ("H", 2): "{0.hour:02d}",
        ("h", 1): "{1}",
        ("h", 2): "{1:02d}",
        ("m", 2): "{0.minute:02d}",
        ("a", 1): "{2}",
    }
    template = _template(pattern, fields)
    if template is None:
        return lambda value: str(babel_time(value, pattern, locale=known))
    halves = [str(known.day_periods["format"]["abbreviated"].get(half, half)) for half in ("am", "pm")]
    return lambda value: template.format(value, value.hour % 12 or 12, halves[value.hour >= 12])


def _template(pattern: str, fields: dict[tuple[str, int], str]) -> str | None:
    """A pattern as a template for str.format; ``None`` when it has other fields than those."""
    parts = []
    for kind, value in tokenize_pattern(pattern):
        if kind == "chars":
            parts.append(str(value).replace("{", "{{").replace("}", "}}"))
        elif tuple(value) in fields:
            parts.append(fields[value[0], int(value[1])])
        else:
            return None
    return "".join(parts)
