"""One line to a task: “call Anna tomorrow 3pm !high”, “Anna anrufen morgen 15 Uhr !hoch”.

English and German, whatever the language of the reader. What is not understood stays in the title.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag",
            "tuesday dienstag",
            "wednesday mittwoch",
            "thursday donnerstag",
            "friday freitag",
            "saturday samstag sonnabend",
            "sunday sonntag",
        )
    )
    for name in names.split()
}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "ein": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3}
_MOST_TYPED = 500
_ON = r"(?:(?:on|by|until|till|am|bis|ab)\s+)?"
_PRIORITIES = {
    "high": re.compile(r"(?:^|\s)!(?:high|hoch|h|1|!)(?=\s|$)", re.I),
    "low": re.compile(r"(?:^|\s)!(?:low|niedrig|tief|l|n|3)(?=\s|$)", re.I),
    "normal": re.compile(r"(?:^|\s)!(?:normal|mittel|2)(?=\s|$)", re.I),
}
_TIME = re.compile(
    r"(?:^|\s)(?:(?:at|um|@)\s+)?(?:(\d{1,2}):(\d{2})\s*(am|pm|uhr)?|(\d{1,2})\s*(am|pm|uhr))(?=[\s,.]|$)", re.I
)

Day = datetime.date
Understand = Callable[[re.Match[str], Day], Day | None]


@dataclass(frozen=True)
class Quick:
    """What a line says: the title that is left, the day and the time of day, the priority."""

    title: str
    day: datetime.date | None = None
    time: datetime.time | None = None
    priority: str = "normal"


def understand(text: str, today: datetime.date, now: datetime.time = datetime.time.min) -> Quick:
    """The task in a line. ``today`` and ``now`` are what the clocks of the writer show: a time alone means today, or
    tomorrow where it is over. Words between quotation marks are left as they are.
    """
    rest, kept = _hide_quoted(" ".join(text[:_MOST_TYPED].split()))
    rest, priority = _priority(rest)
    rest, day = _day(rest, today)
    rest, time = _time(rest)
    if time is not None and day is None:
        day = today if time > now else today + datetime.timedelta(days=1)
    title = " ".join(_show_quoted(rest, kept).split()).strip(" ,;")
    return Quick(title or " ".join(text[:_MOST_TYPED].split()), day, time, priority)


# -------------------------------------------------------------------- pieces
def _hide_quoted(text: str) -> tuple[str, list[str]]:
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[1])
        return f"\x00{len(kept) - 1}\x00"

    return re.sub(r"[“„\"]([^“”„\"]*)[”“\"]", hide, text.replace("\x00", "")), kept


def _show_quoted(text: str, kept: list[str]) -> str:
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], text)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _priority(text: str) -> tuple[str, str]:
    for priority, pattern in _PRIORITIES.items():
        if match := pattern.search(text):
            return _without(text, match), priority
    return text, "normal"


def _time(text: str) -> tuple[str, datetime.time | None]:
    for match in _TIME.finditer(text):
        hour, minute = int(match[1] or match[4]), int(match[2] or 0)
        half = (match[3] or match[5] or "").lower()
        if half in ("am", "pm"):
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and minute < 60:
            return _without(text, match), datetime.time(hour, minute)
    return text, None


def _day(text: str, today: Day) -> tuple[str, Day | None]:
    for pattern, read in _DAYS:
        for match in pattern.finditer(text):
            try:
                day = read(match, today)
            except (ValueError, OverflowError):
                day = None
            if day is not None:
                return _without(text, match), day
    return text, None


def _in_days(count: int) -> Understand:
    return lambda _match, today: today + datetime.timedelta(days=count)


def _next_week(_match: re.Match[str], today: Day) -> Day:
    return today + datetime.timedelta(days=7 - today.weekday())


def _weekday(match: re.Match[str], today: Day) -> Day:
    """The next such day after today; “next Friday” is that one, too."""
    ahead = (_WEEKDAYS[match[1].lower()] - today.weekday() - 1) % 7 + 1
    return today + datetime.timedelta(days=ahead)


def _span(match: re.Match[str], today: Day) -> Day | None:
    given = match[1].lower()
    count = int(given) if given.isdecimal() else _COUNTS[given]
    unit = match[2].lower()[0]
    if unit == "m":
        years, month = divmod(today.month - 1 + count, 12)
        first = datetime.date(today.year + years, month + 1, 1)
        return first + datetime.timedelta(days=min(today.day, _month_days(first)) - 1)
    return today + datetime.timedelta(days=count * (7 if unit == "w" else 1))


def _month_days(first: Day) -> int:
    return ((first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - first).days


def _iso(match: re.Match[str], _today: Day) -> Day:
    return datetime.date.fromisoformat(match[1])


def _with_points(match: re.Match[str], today: Day) -> Day:
    """“24.12.”, “24.12.26”, “24.12.2026”; without a year the next such day."""
    day, month = int(match[1]), int(match[2])
    if match[3]:
        year = int(match[3])
        return datetime.date(year + 2000 if year < 100 else year, month, day)
    found = datetime.date(today.year, month, day)
    return found if found >= today else datetime.date(today.year + 1, month, day)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=\s)){_ON}{words}(?=[\s,;.!?]|$)", re.I)


_COUNT = "|".join((r"\d{1,3}", *sorted(_COUNTS, key=len, reverse=True)))
_DAYS: tuple[tuple[re.Pattern[str], Understand], ...] = (
    (_pattern(r"(\d{4}-\d{2}-\d{2})"), _iso),
    (_pattern(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?"), _with_points),
    (_pattern(r"(?:the\s+)?(?:day after tomorrow|übermorgen)"), _in_days(2)),
    (_pattern(rf"in\s+({_COUNT})\s+(days?|tag(?:en|e)?|weeks?|wochen?|months?|monat(?:en|e)?)"), _span),
    (_pattern(r"(?:next week|nächste woche|naechste woche)"), _next_week),
    (_pattern(rf"(?:(?:next|this|nächsten|kommenden|diesen)\s+)?({'|'.join(_WEEKDAYS)})"), _weekday),
    (_pattern(r"(?:tomorrow|tmrw|morgen)"), _in_days(1)),
    (_pattern(r"(?:today|tonight|heute)"), _in_days(0)),
)
