"""Lengths of time as people write and read them: calls, meetings, working time. In whole seconds."""

import re

from django.utils.translation import gettext as _

MOST_SECONDS = 1_000 * 3_600
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))? ?(?:h|std\.?)?")
_PART = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,4})?) ?([a-z]+)\.?(?: |,|und|and|(?=[0-9])|$)+")
_UNITS = {
    name: seconds
    for names, seconds in (
        ("h hr hrs hour hours std stunde stunden", 3_600),
        ("m min mins minute minutes minuten", 60),
        ("s sec secs second seconds sek sekunde sekunden", 1),
    )
    for name in names.split()
}


def parse_duration(text: str) -> int:
    """Seconds in a text such as "14" (minutes), "14 min", "1:30 h", "1h 20m", "1.5 h", "90 s".

    ``ValueError`` with a sentence when it is no length of time or more than 1,000 hours.
    """
    tidy = " ".join(text.lower().split()) if len(text) <= 128 else ""
    seconds = _seconds_in(tidy)
    if seconds is None:
        raise ValueError(_("Enter a length of time, for example 14 min or 1:30 h."))
    if seconds > MOST_SECONDS:
        raise ValueError(_("This is too long: at most 1,000 hours are possible."))
    return seconds


def format_duration(seconds: int) -> str:
    """A length of time in the signs that all languages share: "45 s", "14 min", "1 h 20 min"; read by the above."""
    if seconds < 0:
        return "−" + format_duration(-seconds)
    hours, rest = divmod(seconds, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return " ".join(parts) or "0 min"


def _seconds_in(tidy: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,7}", tidy):
        return int(tidy) * 60
    if match := _CLOCK.fullmatch(tidy):
        return int(match[1]) * 3_600 + int(match[2]) * 60 + int(match[3] or 0)
    total, at, largest = 0.0, 0, MOST_SECONDS
    while at < len(tidy):
        match = _PART.match(tidy, at)
        unit = _UNITS.get(match[2]) if match else None
        # Units come from large to small and each once: "5 min 5 min" is a slip.
        if not match or unit is None or unit >= largest:
            return None
        total += float(match[1].replace(",", ".")) * unit
        at, largest = match.end(), unit
    return round(total) if at else None
