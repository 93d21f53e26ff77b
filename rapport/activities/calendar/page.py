"""What the page of the calendar is made of: the days, what stands on them, whose calendars are shown."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.calendar import layout, ranges
from rapport.activities.calendar.layout import Entry
from rapport.activities.calendar.queries import Found, may_move, meetings_between
from rapport.activities.calendar.ranges import Shown
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.objects import MEETING
from rapport.activities.meetings.occurrences import Occurrence
from rapport.activities.meetings.rule_words import weekday_name
from rapport.activities.meetings.time_words import day_words, other_zone, place_words, span_words, time_words
from rapport.activities.models import Task
from rapport.activities.tasks.queries import day_of, tasks_between
from rapport.core.access.discreet import as_read
from rapport.core.access.levels import locale_of
from rapport.core.fields import Locale
from rapport.lib import clock
from rapport.lib.text import hue

MOST_USERS = 200  # that can be chosen
MOST_CALENDARS = 20  # shown at once
WEEK_LANES, DAY_LANES = 5, 12
MONTH_CHIPS = 3
STATES = {
    "off": gettext_lazy("called off"),
    "declined": gettext_lazy("you do not come"),
    "maybe": gettext_lazy("you come perhaps"),
    "open": gettext_lazy("you have not answered yet"),
    "done": gettext_lazy("done"),
}
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. ``view`` is "" where nobody chose one: a week at a desk, an agenda on a phone."""

    view: str
    on: datetime.date
    who: tuple[int, ...]

    def url(self, **other: Any) -> str:
        """The address of the calendar with something else in it."""
        values = {"view": self.view, "on": self.on.isoformat(), "who": self.who, **other}
        who = ",".join(str(pk) for pk in values["who"])
        pairs = {"view": values["view"], "on": str(values["on"]), "who": who}
        return "/calendar?" + urlencode({name: value for name, value in pairs.items() if value}, safe=",")


@dataclass(frozen=True)
class Item:
    """A meeting, or something that is due, as the calendar draws it. ``key`` tells its elements apart on the page."""

    key: str
    kind: str
    title: str
    url: str
    when: str
    time: str
    hue: int
    whose: str = ""
    place: str = ""
    note: str = ""
    tone: str = ""
    is_past: bool = False
    is_series: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """All of it in words, for those who hear the page."""
        state = str(STATES.get(self.tone, ""))
        return ", ".join(filter(None, (self.title, self.when, self.note, self.place, self.whose, state)))


def asked(actor: Actor, query: Mapping[str, str], remembered: str = "") -> Asked:
    """What a query asks for; what it does not say, or what makes no sense, is today, oneself, the view used last."""
    view = query.get("view", "") or remembered
    try:
        on = datetime.date.fromisoformat(query.get("on", ""))
    except ValueError:
        on = clock.today(actor.time_zone)
    who = [int(part) for part in query.get("who", "").split(",") if part.isdecimal() and len(part) <= 18]
    chosen = tuple(dict.fromkeys(who))[:MOST_CALENDARS] or ((actor.user_id,) if actor.user_id else ())
    on = min(max(on, ranges.FIRST), ranges.LAST)
    return Asked(view if view in ranges.VIEWS else "", on, chosen)


def page_values(actor: Actor, wanted: Asked) -> dict[str, Any]:
    """All that the templates of the calendar need. Meetings in three queries, users in one, tasks in theirs."""
    locale = locale_of(actor)
    first_weekday = ranges.first_weekday(actor.language, workspace.current().country)
    days = ranges.shown(wanted.view or "week", wanted.on, first_weekday)
    agenda = ranges.shown("agenda", wanted.on, first_weekday)
    needed = (*days.days, *agenda.days) if wanted.view in ("", "agenda") else days.days
    users = _users(actor, wanted.who)
    entries = entries_of(actor, locale, min(needed), max(needed), wanted.who, users)
    today = clock.today(actor.time_zone)
    now = clock.now().astimezone(clock.zone_named(actor.time_zone))
    return {
        "asked": wanted,
        "view": days.view,
        "is_auto": not wanted.view,
        "title": ranges.title(days, actor.language),
        "week": ranges.week_words(days),
        "today": today,
        "now": layout.on_grid(now.hour * 60 + now.minute, 0)[:2],
        "zone_name": now.strftime("%Z") if now.strftime("%Z").isalpha() else f"UTC{now:%z}"[:6],
        "zone": actor.time_zone,
        "links": _links(wanted, days),
        "calendars": _calendars(actor, wanted, users),
        "mini": _mini(wanted, first_weekday, today, actor.language),
        "hours": range(24),
        **_drawn(days, agenda, entries, actor, wanted),
    }


def entries_of(
    actor: Actor,
    locale: Locale,
    first: datetime.date,
    last: datetime.date,
    who: Sequence[int],
    users: Mapping[int, str],
) -> list[Entry]:
    """Everything from the first to the last day, on the clocks of the reader."""
    zone = clock.zone_named(locale.time_zone)
    start = datetime.datetime.combine(first, datetime.time(), zone).astimezone(datetime.UTC)
    end = datetime.datetime.combine(last + _ONE_DAY, datetime.time(), zone).astimezone(datetime.UTC)
    found = meetings_between(actor, start, end, who)
    entries = [_meeting_entry(actor, one, found, locale, who, users) for one in found.occurrences]
    if actor.user_id in who:
        entries += [
            _task_entry(task, locale, users.get(actor.user_id or 0, "")) for task in tasks_between(actor, start, end)
        ]
    return entries


def _task_entry(task: Task, locale: Locale, name: str) -> Entry:
    """Something that is due: on its day, or at its time."""
    start = datetime.datetime.combine(day_of(task, locale.time_zone), datetime.time())
    if task.due_at:
        start = task.due_at.astimezone(clock.zone_named(locale.time_zone)).replace(tzinfo=None)
    item = Item(
        key=f"task-{task.pk}",
        kind="task",
        title=task.title,
        url=f"/r/{task.pk}",
        when=_("due"),
        time=time_words(start) if task.due_at else "",
        hue=hue(name),
        tone="done" if task.done_at else "",
        is_past=bool(task.done_at),
        data={"movable": False},
    )
    return Entry(start, start if task.due_at else start + _ONE_DAY, not task.due_at, item)


def _meeting_entry(
    actor: Actor, one: Occurrence, found: Found, locale: Locale, who: Sequence[int], users: Mapping[int, str]
) -> Entry:
    meeting: Meeting = as_read(actor, MEETING, one.meeting)
    zone = datetime.UTC if meeting.is_all_day else clock.zone_named(locale.time_zone)
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (one.starts_at, one.ends_at))
    if end < start:  # in the hour that comes twice
        end = start + datetime.timedelta(minutes=meeting.minutes)
    asked_to = found.users.get(meeting.pk, {})
    whose = next((pk for pk in who if pk == meeting.owner_id or pk in asked_to), meeting.owner_id or 0)
    name = users.get(whose, "")
    on = f"?on={one.on.isoformat()}" if one.on else ""
    my_answer = asked_to.get(actor.user_id or 0)
    item = Item(
        key=f"{meeting.pk}-{one.on.isoformat()}" if one.on else str(meeting.pk),
        kind="meeting",
        title=meeting.title,
        url=f"/meetings/{meeting.pk}/peek{on}",
        when=span_words(one.starts_at, one.ends_at, locale, is_all_day=meeting.is_all_day),
        time="" if meeting.is_all_day else time_words(start),
        hue=hue(name),
        whose=name if len(who) > 1 else "",
        place=place_words(meeting.place),
        note=other_zone(one.starts_at, meeting, locale),
        tone=_tone(my_answer, meeting.outcome),
        is_past=one.ends_at <= clock.now(),
        is_series=bool(meeting.repeat),
        data={
            "id": meeting.pk,
            "version": meeting.version,
            "on": one.on.isoformat() if one.on else "",
            "movable": may_move(actor, one.meeting) and not meeting.is_all_day,
            "day": start.date().isoformat(),
            "time": time_words(start),
            "minutes": meeting.minutes,
        },
    )
    return Entry(start, end, meeting.is_all_day, item)


def _tone(answer: str | None, outcome: str) -> str:
    """How certain a meeting is: “called off”, “not coming”, “no answer yet”; "" where nothing is to be said."""
    if outcome in ("no_show", "called_off"):
        return "off"
    return {"no": "declined", "maybe": "maybe", "": "open"}.get(answer, "") if answer is not None else ""


def _drawn(days: Shown, agenda: Shown, entries: Sequence[Entry], actor: Actor, wanted: Asked) -> dict[str, Any]:
    shown: dict[str, Any] = {"columns": [], "bars": [], "weeks": [], "agenda": []}
    if days.view in ("day", "week"):
        lanes = DAY_LANES if days.view == "day" else WEEK_LANES
        shown["columns"] = [_day(column, actor, wanted) for column in _columns(days.days, entries, lanes)]
        shown["bars"] = layout.bars(days.days, entries)
    if days.view == "month":
        cells = [_cell(day, entries, days.on, actor, wanted) for day in days.days]
        shown["weeks"] = [cells[number : number + 7] for number in range(0, len(cells), 7)]
        shown["weekdays"] = [_weekday(day, actor.language) for day in days.days[:7]]
    if days.view == "agenda" or not wanted.view:
        shown["agenda"] = [_agenda_day(day, entries, actor) for day in agenda.days]
    return shown


def _columns(days: Iterable[datetime.date], entries: Sequence[Entry], lanes: int) -> list[layout.DayColumn]:
    return [layout.column(day, entries, lanes) for day in days]


def _day(column: layout.DayColumn, actor: Actor, wanted: Asked) -> dict[str, Any]:
    return {
        "day": column.day,
        "iso": column.day.isoformat(),
        "weekday": _weekday(column.day, actor.language),
        "label": ranges.long_day(column.day, actor.language),
        "url": wanted.url(view="day", on=column.day),
        "is_free": column.day.weekday() > 4,
        "blocks": column.blocks,
        "more": column.more,
    }


def _cell(
    day: datetime.date, entries: Sequence[Entry], on: datetime.date, actor: Actor, wanted: Asked
) -> dict[str, Any]:
    there = layout.on_day(day, entries)
    room = MONTH_CHIPS if len(there) <= MONTH_CHIPS else MONTH_CHIPS - 1
    return {
        "day": day,
        "iso": day.isoformat(),
        "label": ranges.long_day(day, actor.language),
        "url": wanted.url(view="day", on=day),
        "is_other": day.month != on.month,
        "items": [entry.what for entry in there[:room]],
        "wide": [layout.is_wide(entry) for entry in there[:room]],
        "more": len(there) - room if len(there) > room else 0,
        "dots": [entry.what for entry in there[:4]],
        "count": len(there),
    }


def _agenda_day(day: datetime.date, entries: Sequence[Entry], actor: Actor) -> dict[str, Any]:
    today = clock.today(actor.time_zone)
    near = {today: _("Today"), today + _ONE_DAY: _("Tomorrow")}.get(day, "")
    return {
        "day": day,
        "iso": day.isoformat(),
        "label": day_words(day, actor.language),
        "near": near,
        "items": [(entry.what, _hours(entry, day)) for entry in layout.on_day(day, entries)],
    }


def _hours(entry: Entry, day: datetime.date) -> tuple[str, str]:
    """From when to when on this day; of what lasts the whole day the words for that."""
    midnight = datetime.datetime.combine(day, datetime.time())
    if entry.is_all_day or (entry.start <= midnight and entry.end >= midnight + _ONE_DAY):
        return _("All day"), ""
    start = "…" if entry.start < midnight else time_words(entry.start)
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


def _users(actor: Actor, who: Sequence[int]) -> dict[int, str]:
    """The names of the users whose calendars can be shown."""
    return dict(User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")[:MOST_USERS])


def _calendars(actor: Actor, wanted: Asked, users: Mapping[int, str]) -> list[dict[str, Any]]:
    """The calendars to choose from: one's own first, then those of colleagues by name."""
    order = sorted(users, key=lambda pk: pk != actor.user_id)
    made = []
    for pk in order:
        is_shown = pk in wanted.who
        rest = tuple(one for one in wanted.who if one != pk) if is_shown else (*wanted.who, pk)
        name = users[pk]
        made.append(
            {
                "name": _("%(name)s (me)") % {"name": name} if pk == actor.user_id else name,
                "hue": hue(name),
                "is_shown": is_shown,
                "url": wanted.url(who=rest or (actor.user_id,)),
            }
        )
    return made


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


def _weekday(day: datetime.date, language: str) -> str:
    return weekday_name(day.weekday(), language)
