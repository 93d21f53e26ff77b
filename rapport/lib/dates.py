"""Dates and moments: reading them as people and files write them. How they are shown: ``date_words``.

Year first (``2026-12-31``) is always understood. With points the day comes first (``31.12.2026``); with strokes or
hyphens ``order`` decides, "dmy" or "mdy", and nothing is ever swapped to make sense: a file read half one way and half
the other would be worse than one that is refused. Months may be named in English or German.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone

from django.utils.translation import gettext as _

from rapport.lib.clock import zone_named
from rapport.lib.date_words import ago, format_date, format_moment
from rapport.lib.durations import format_duration, parse_duration
from rapport.lib.text import fold

__all__ = ["ago", "format_date", "format_duration", "format_moment", "parse_date", "parse_duration", "parse_moment"]

_MOST_CHARACTERS = 64
_FIRST_YEAR = 1000
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{2})")
_DAY_NAME_FIRST = re.compile(
    r"(?:[a-z]{2,10}\.?,? )?([0-9]{1,2})(?:\.|st|nd|rd|th)?[- ]?([a-z]{3,9})\.?,?[- ]?([0-9]{4}|[0-9]{2})"
)
_MONTH_NAME_FIRST = re.compile(
    r"(?:[a-z]{2,10}\.?,? )?([a-z]{3,9})\.?[- ]?([0-9]{1,2})(?:st|nd|rd|th)?,?[- ]([0-9]{4})"
)
_TIME = re.compile(
    r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::([0-9]{2})(?:[.,][0-9]{1,9})?)? ?(am|pm|a\.m\.|p\.m\.|uhr)?"
    r" ?(z|utc|gmt|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner",
            "feb february februar feber",
            "mar march marz maerz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH_LABELS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def parse_date(text: str, order: str = "dmy") -> date:
    """The date in a text; a time of day behind it is left out. ``ValueError`` with a sentence when there is none.

    ``order``: "dmy" or "mdy", for dates with strokes or hyphens. Two-digit years mean 1969 to 2068.
    """
    tidy = _tidy(text)
    day = _day_in(tidy, order) or _day_in(re.split(r"t|,? (?=[0-9]{1,2}[:.][0-9]{2})", tidy, maxsplit=1)[0], order)
    if day is None:
        raise ValueError(_not_a_date(order))
    return day


def parse_moment(text: str, zone: str, order: str = "dmy") -> datetime:
    """The moment in a text, in UTC: a date as for ``parse_date`` and a time ("14:30", "2:30 pm"), or midnight.

    A text that names no offset is read on the clocks of ``zone``: a time that they skip counts as that much later, of a
    time that comes twice the first. ``ValueError`` with a sentence when there is no moment in the text.
    """
    tidy = _tidy(text)
    for match in re.finditer(r"t(?=[0-9])|,? (?=[0-9])", tidy):
        day = _day_in(tidy[: match.start()], order)
        hours = _TIME.fullmatch(tidy[match.end() :]) if day else None
        if day and hours:
            return _moment(day, hours, zone)
    day = _day_in(tidy, order)
    if day is None:
        raise ValueError(_("Enter a date and a time, for example 2026-12-31 14:30."))
    return _in_utc(datetime.combine(day, time.min, zone_named(zone)))


def _moment(day: date, match: re.Match[str], zone: str) -> datetime:
    hour, minute, second, half, offset = match.groups()
    hours, minutes, seconds = int(hour), int(minute or 0), int(second or 0)
    halved = half is not None and half[0] in "ap"
    if (minute is None and not half) or (halved and not 1 <= hours <= 12) or max(minutes, seconds) > 59 or hours > 23:
        raise ValueError(_("“%(time)s” is no time of day. Write it as in 14:30.") % {"time": match[0]})
    if halved:
        hours = hours % 12 + (12 if half[0] == "p" else 0)
    clock = time(hours, minutes, seconds, tzinfo=_offset(offset) if offset else zone_named(zone))
    return _in_utc(datetime.combine(day, clock))


def _offset(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if span >= timedelta(hours=24):
        raise ValueError(_("“%(offset)s” is no time zone. Write it as in +02:00.") % {"offset": text})
    return timezone(span if text[0] == "+" else -span)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_("This date is too far away.")) from error


def _tidy(text: str) -> str:
    """The text in small letters without accents; "" when it is longer than any date."""
    return fold(text) if len(text) <= _MOST_CHARACTERS * 2 else ""


def _day_in(tidy: str, order: str) -> date | None:
    """The date that is the whole text; ``None`` if it is none, ``ValueError`` if it has the form of one but is none."""
    if match := _YEAR_FIRST.fullmatch(tidy):
        return _checked(match[1] or match[5], match[3] or match[6], match[4] or match[7], order)
    if match := _YEAR_LAST.fullmatch(tidy):
        first, mark, second, year = match.groups()
        day, month = (second, first) if order == "mdy" and mark != "." else (first, second)
        return _checked(year, month, day, order)
    if (match := _DAY_NAME_FIRST.fullmatch(tidy)) and match[2] in _MONTHS:
        return _checked(match[3], str(_MONTHS[match[2]]), match[1], order)
    if (match := _MONTH_NAME_FIRST.fullmatch(tidy)) and match[1] in _MONTHS:
        return _checked(match[3], str(_MONTHS[match[1]]), match[2], order)
    return None


def _checked(year_text: str, month_text: str, day_text: str, order: str) -> date:
    year, month, day = int(year_text), int(month_text), int(day_text)
    if len(year_text) == 2:
        year += 2000 if year < 69 else 1900
    if not 1 <= month <= 12:
        raise ValueError(_("There is no month %(month)s. %(hint)s") % {"month": month, "hint": _not_a_date(order)})
    if year < _FIRST_YEAR:
        raise ValueError(_("The year %(year)s is too long ago. Write it with four digits.") % {"year": year})
    if not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(
            _("There is no %(day)s %(month)s %(year)s.")
            % {"day": day, "month": _(_MONTH_LABELS[month - 1]), "year": year},
        )
    return date(year, month, day)


def _not_a_date(order: str) -> str:
    if order == "mdy":
        return _("Enter a date such as 12/31/2026 or 2026-12-31.")
    return _("Enter a date such as 31.12.2026, 31/12/2026 or 2026-12-31.")
