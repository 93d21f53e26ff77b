"""Working hours and days off as a form: from what is stored to fields, and back."""

from dataclasses import dataclass

from babel.dates import get_day_names
from django.http import QueryDict

BLANK_LINES = 2  # empty lines for further days off
MOST_LINES = 200
_MIDNIGHT = ("00:00", "24:00")  # as an end, the first means the second


@dataclass(frozen=True)
class DayRow:
    """One weekday: its hours, and the break between them; empty texts where there is none."""

    number: int
    name: str
    is_on: bool
    start: str
    end: str
    break_start: str
    break_end: str


@dataclass(frozen=True)
class HolidayRow:
    """A day off: ``on`` is a day in ISO form, ``yearly``: it comes again every year."""

    number: int
    on: str
    name: str
    yearly: bool


def day_rows(hours: list[list[list[str]]], language: str, first: int) -> list[DayRow]:
    """The seven lines of the form, beginning with the first day of the week."""
    names = get_day_names("wide", context="stand-alone", locale=language)
    rows = []
    for number in sorted(range(7), key=lambda day: (day - first) % 7):
        spans = hours[number]
        start, end = (spans[0][0], spans[-1][1]) if spans else ("", "")
        between = (spans[0][1], spans[1][0]) if len(spans) > 1 else ("", "")
        rows.append(DayRow(number, names[number], bool(spans), start, end, *between))
    return rows


def hours_of(form: QueryDict) -> list[list[list[str]]] | None:
    """The hours that were sent; None where the form has none."""
    return [_spans(form, number) for number in range(7)] if "has_hours" in form else None


def _spans(form: QueryDict, number: int) -> list[list[str]]:
    if f"day{number}" not in form:
        return []
    start, end, off, on = (form.get(f"day{number}_{part}", "").strip()[:20] for part in ("start", "end", "off", "on"))
    end = _MIDNIGHT[1] if end == _MIDNIGHT[0] else end
    return [[start, off], [on, end]] if off or on else [[start, end]]


def holiday_rows(holidays: list[dict[str, str]]) -> list[HolidayRow]:
    """The days off and some empty lines. A day that comes again is shown with a year, which does not matter."""
    rows = []
    for number, holiday in enumerate(holidays):
        yearly = len(holiday["on"]) == len("12-25")
        on = f"2000-{holiday['on']}" if yearly else holiday["on"]
        rows.append(HolidayRow(number, on, holiday.get("name", ""), yearly))
    return rows + [HolidayRow(len(rows) + number, "", "", False) for number in range(BLANK_LINES)]


def holidays_of(form: QueryDict) -> list[dict[str, str]] | None:
    """The days off that were sent, in their order; lines without a day are left out. None where the form has none."""
    if "has_hours" not in form:
        return None
    found = []
    for number in range(MOST_LINES):
        on = form.get(f"holiday{number}_on", "").strip()[:10]
        if on:
            is_yearly = form.get(f"holiday{number}_yearly") == "1"
            found.append(
                {"on": on[5:] if is_yearly else on, "name": form.get(f"holiday{number}_name", "").strip()[:80]}
            )
    return sorted(found, key=lambda holiday: (len(holiday["on"]), holiday["on"]))
