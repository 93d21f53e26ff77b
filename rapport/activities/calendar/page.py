"""What the page of the calendar is made of: the days, what stands on them, whose calendars are shown."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.dates import get_timezone_name
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.calendar import whose
from rapport.activities.calendar.house import House, our_house
from rapport.activities.calendar.items import entries_of
from rapport.activities.meetings.time_words import day_words, time_words
from rapport.core.access.levels import locale_of
from rapport.lib import clock
from rapport.lib import day_layout as layout
from rapport.lib import day_ranges as ranges
from rapport.lib.date_words import weekday_name
from rapport.lib.day_layout import Entry
from rapport.lib.day_ranges import Shown

WEEK_LANES, DAY_LANES = 5, 12
MONTH_ROOM = 3  # lines of a day in the month
DOTS = 4  # of a day in the month on a phone
AGENDA_LINES = 40  # of a day in the agenda
BEFORE_WORK = 30  # minutes that are shown above the first working hour
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. ``view`` is "" where nobody chose one: a week at a desk, an agenda on a phone.

    ``who`` are ids of users, or one of the choices of :mod:`rapport.activities.calendar.whose`; none means oneself.
    """

    view: str
    on: datetime.date
    who: tuple[int, ...] | str

    def url(self, **other: Any) -> str:
        """The address of the calendar with something else in it."""
        values = {"view": self.view, "on": self.on.isoformat(), "who": self.who, **other}
        who = values["who"] if isinstance(values["who"], str) else ",".join(str(pk) for pk in values["who"])
        pairs = {"view": values["view"], "on": str(values["on"]), "who": who}
        return "/calendar?" + urlencode({name: value for name, value in pairs.items() if value}, safe=",")


def asked(actor: Actor, query: Mapping[str, str], remembered: str = "") -> Asked:
    """What a query asks for; what it does not say, or what makes no sense, is today, oneself, the view used last."""
    view = query.get("view", "") or remembered
    try:
        on = datetime.date.fromisoformat(query.get("on", ""))
    except ValueError:
        on = clock.today(actor.time_zone)
    on = min(max(on, ranges.FIRST), ranges.LAST)
    return Asked(view if view in ranges.VIEWS else "", on, _who(query.get("who", "")))


def _who(text: str) -> tuple[int, ...] | str:
    if text in (whose.TEAM, whose.EVERYONE):
        return text
    ids = [int(part) for part in text.split(",") if part.isdecimal() and len(part) <= 18]
    return tuple(dict.fromkeys(ids))[: whose.MOST_USERS]


def page_values(actor: Actor, wanted: Asked) -> dict[str, Any]:
    """All that the templates of the calendar need. Meetings in three queries, users in one, tasks in theirs."""
    locale, house, zone = locale_of(actor), our_house(), clock.zone_named(actor.time_zone)
    days = ranges.shown(wanted.view or "week", wanted.on, house.first_weekday)
    agenda = ranges.shown("agenda", wanted.on, house.first_weekday)
    needed = (*days.days, *agenda.days) if wanted.view in ("", "agenda") else days.days
    known = whose.colleagues(actor)
    who = whose.meant(actor, wanted.who, known)
    users = {one.pk: one.name for one in known}
    entries = entries_of(actor, locale, (min(needed), max(needed)), who, users, house)
    today = clock.today(actor.time_zone)
    now = clock.now().astimezone(zone)
    return {
        "asked": wanted,
        "view": days.view,
        "is_auto": not wanted.view,
        "title": ranges.title(days, actor.language),
        "week": ranges.week_words(days),
        "today": today,
        "now": layout.on_grid(now.hour * 60 + now.minute, 0)[:2],
        "zone_name": _zone_name(now, actor.language),
        "zone": actor.time_zone,
        "begin": max(0, house.begin(days.days, zone) - BEFORE_WORK),
        "links": _links(wanted, days),
        "choices": whose.choices(actor, wanted.who, who, wanted.url),
        "calendars": whose.calendars(actor, who, known, wanted.url),
        "mini": _mini(wanted, house.first_weekday, today, actor.language),
        "hours": range(24),
        **_drawn(days, agenda, entries, _Drawing(actor, wanted, house, zone)),
    }


@dataclass(frozen=True)
class _Drawing:
    """For whom and what the days are drawn."""

    actor: Actor
    asked: Asked
    house: House
    zone: datetime.tzinfo

    @property
    def language(self) -> str:
        return self.actor.language


def _zone_name(now: datetime.datetime, language: str) -> str:
    """The zone in a few letters, as the reader's language has them (“MEZ”, “CET”), else its distance from UTC."""
    own = str(get_timezone_name(now, width="short", locale=Locale.parse(language, sep="-")))
    return next((name for name in (own, now.strftime("%Z")) if name.isalpha()), f"UTC{now:%z}"[:6])


def _drawn(days: Shown, agenda: Shown, entries: Sequence[Entry], drawing: _Drawing) -> dict[str, Any]:
    shown: dict[str, Any] = {"columns": [], "bars": [], "weeks": [], "agenda": []}
    there = layout.by_day((*days.days, *agenda.days), entries)
    if days.view in ("day", "week"):
        lanes = DAY_LANES if days.view == "day" else WEEK_LANES
        shown["columns"] = [_day(layout.column(day, there[day], lanes), drawing) for day in days.days]
        shown["bars"] = layout.bars(days.days, entries)
    if days.view == "month":
        rows = [days.days[number : number + 7] for number in range(0, len(days.days), 7)]
        shown["weeks"] = [_week(row, there, days.on, drawing) for row in rows]
        shown["weekdays"] = [weekday_name(day.weekday(), drawing.language) for day in rows[0]]
    if days.view == "agenda" or not drawing.asked.view:
        shown["agenda"] = [_agenda_day(day, there[day], drawing) for day in agenda.days]
    return shown


def _day(column: layout.DayColumn, drawing: _Drawing) -> dict[str, Any]:
    day = column.day
    return {
        "day": day,
        "iso": day.isoformat(),
        "weekday": weekday_name(day.weekday(), drawing.language),
        "label": ranges.long_day(day, drawing.language),
        "url": drawing.asked.url(view="day", on=day),
        "rest": [layout.stretch(*span) for span in drawing.house.resting(day, drawing.zone)],
        "blocks": column.blocks,
        "more": column.more,
    }


def _week(
    row: Sequence[datetime.date], there: Mapping[datetime.date, Sequence[Entry]], on: datetime.date, drawing: _Drawing
) -> list[dict[str, Any]]:
    """The cells of one week of the month."""
    return [
        {
            "day": cell.day,
            "iso": cell.day.isoformat(),
            "label": ranges.long_day(cell.day, drawing.language),
            "url": drawing.asked.url(view="day", on=cell.day),
            "is_other": cell.day.month != on.month,
            "is_free": drawing.house.is_free(cell.day),
            "lines": cell.lines,
            "items": [entry.what.item for entry in cell.entries],
            "more": cell.more,
            "dots": [entry.what.item for entry in there[cell.day][:DOTS]],
            "count": len(there[cell.day]),
        }
        for cell in layout.week(row, there, MONTH_ROOM)
    ]


def _agenda_day(day: datetime.date, there: Sequence[Entry], drawing: _Drawing) -> dict[str, Any]:
    today = clock.today(drawing.actor.time_zone)
    near = {today: _("Today"), today + _ONE_DAY: _("Tomorrow")}.get(day, "")
    return {
        "day": day,
        "iso": day.isoformat(),
        "label": day_words(day, locale_of(drawing.actor)),
        "near": near,
        "url": drawing.asked.url(view="day", on=day),
        "items": [(entry.what.item, _hours(entry, day)) for entry in there[:AGENDA_LINES]],
        "more": max(0, len(there) - AGENDA_LINES),
    }


def _hours(entry: Entry, day: datetime.date) -> tuple[str, str]:
    """From when to when on this day; of what lasts the whole day the words for that."""
    midnight = datetime.datetime.combine(day, datetime.time())
    if entry.is_all_day or (entry.start <= midnight and entry.end >= midnight + _ONE_DAY):
        return _("All day"), ""
    start = "…" if entry.start < midnight else time_words(entry.start)
    if entry.end == entry.start:  # something that is due
        return start, ""
    return start, "…" if entry.end > midnight + _ONE_DAY else time_words(entry.end)


def _links(wanted: Asked, days: Shown) -> dict[str, Any]:
    labels = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "agenda": _("Agenda")}
    return {
        "previous": wanted.url(on=days.step(-1)),
        "next": wanted.url(on=days.step(1)),
        "today": wanted.url(on=""),
        "views": [
            {"key": view, "label": labels[view], "url": wanted.url(view=view), "current": wanted.view == view}
            for view in ranges.VIEWS
        ],
    }


def _mini(wanted: Asked, first_weekday: int, today: datetime.date, language: str) -> dict[str, Any]:
    """The small month beside the calendar."""
    month = ranges.shown("month", wanted.on, first_weekday)
    return {
        "title": ranges.title(month, language),
        "weekdays": [weekday_name(day.weekday(), language, "narrow") for day in month.days[:7]],
        "previous": wanted.url(on=month.step(-1)),
        "next": wanted.url(on=month.step(1)),
        "weeks": [
            [
                {
                    "number": day.day,
                    "label": ranges.long_day(day, language),
                    "url": wanted.url(on=day),
                    "is_other": day.month != wanted.on.month,
                    "is_today": day == today,
                    "is_on": day == wanted.on,
                }
                for day in month.days[number : number + 7]
            ]
            for number in range(0, len(month.days), 7)
        ],
    }
