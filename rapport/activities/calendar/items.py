"""What stands in a calendar: meetings, what is due, and the days off of the house, each as an item with its time."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.activities.calendar.house import House
from rapport.activities.calendar.queries import Found, may_move, meetings_between
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.objects import MEETING
from rapport.activities.meetings.occurrences import Occurrence
from rapport.activities.meetings.time_words import other_zone, place_words, span_words, time_words
from rapport.activities.models import Task
from rapport.activities.tasks.queries import day_of, tasks_between
from rapport.core.access.discreet import as_read
from rapport.core.fields import Locale
from rapport.lib import clock
from rapport.lib.day_layout import Entry
from rapport.lib.text import hue

STATES = {
    "off": gettext_lazy("called off"),
    "declined": gettext_lazy("you do not come"),
    "maybe": gettext_lazy("you come perhaps"),
    "open": gettext_lazy("you have not answered yet"),
    "done": gettext_lazy("done"),
}
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Item:
    """A meeting, something that is due, or a day off (which leads nowhere), as the calendar draws it. ``key`` tells its
    elements apart on the page.
    """

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


@dataclass
class Later:
    """An item that is made once it is drawn: of a month with thousands of meetings only some have room."""

    make: Callable[[], Item]

    @cached_property
    def item(self) -> Item:
        """What is drawn."""
        return self.make()


def entries_of(
    actor: Actor,
    locale: Locale,
    days: tuple[datetime.date, datetime.date],
    who: Sequence[int],
    users: Mapping[int, str],
    house: House,
) -> list[Entry]:
    """Everything from the first to the last of the days, on the clocks of the reader."""
    first, last = days
    zone = clock.zone_named(locale.time_zone)
    start = datetime.datetime.combine(first, datetime.time(), zone).astimezone(datetime.UTC)
    end = datetime.datetime.combine(last + _ONE_DAY, datetime.time(), zone).astimezone(datetime.UTC)
    found = meetings_between(actor, start, end, who)
    entries = [_meeting_entry(actor, one, found, locale, who, users) for one in found.occurrences]
    if actor.user_id in who:
        entries += [
            _task_entry(task, locale, users.get(actor.user_id or 0, "")) for task in tasks_between(actor, start, end)
        ]
    return [*(_day_off(day, name) for day, name in house.days_off(first, last)), *entries]


def _day_off(day: datetime.date, name: str) -> Entry:
    """A day on which the house rests."""
    start = datetime.datetime.combine(day, datetime.time())
    item = Item(key=f"off-{day}", kind="day_off", title=name, url="", when=_("day off"), time="", hue=0)
    return Entry(start, start + _ONE_DAY, True, Later(lambda: item))


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
    return Entry(start, start if task.due_at else start + _ONE_DAY, not task.due_at, Later(lambda: item))


def _meeting_entry(
    actor: Actor, one: Occurrence, found: Found, locale: Locale, who: Sequence[int], users: Mapping[int, str]
) -> Entry:
    meeting: Meeting = one.meeting
    zone = datetime.UTC if meeting.is_all_day else clock.zone_named(locale.time_zone)
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (one.starts_at, one.ends_at))
    if end < start:  # in the hour that comes twice
        end = start + datetime.timedelta(minutes=meeting.minutes)
    asked_to = found.users.get(meeting.pk, {})
    make = partial(_meeting_item, actor, one, start, asked_to, locale, who, users)
    return Entry(start, end, meeting.is_all_day, Later(make))


def _meeting_item(
    actor: Actor, one: Occurrence, start: datetime.datetime, asked_to: Mapping[int, str], locale: Locale,
    who: Sequence[int], users: Mapping[int, str],
) -> Item:  # fmt: skip
    """A meeting that begins at ``start`` on the clocks of the reader."""
    meeting: Meeting = as_read(actor, MEETING, one.meeting)
    whose = next((pk for pk in who if pk == meeting.owner_id or pk in asked_to), meeting.owner_id or 0)
    name = users.get(whose, "")
    on = one.on.isoformat() if one.on else ""
    return Item(
        key=f"{meeting.pk}-{on}" if on else str(meeting.pk),
        kind="meeting",
        title=meeting.title,
        url=f"/meetings/{meeting.pk}/peek" + (f"?on={on}" if on else ""),
        when=span_words(one.starts_at, one.ends_at, locale, is_all_day=meeting.is_all_day),
        time="" if meeting.is_all_day else time_words(start),
        hue=hue(name),
        whose=name if len(who) > 1 else "",
        place=place_words(meeting.place),
        note=other_zone(one.starts_at, meeting, locale),
        tone=_tone(asked_to.get(actor.user_id or 0), meeting.outcome),
        is_past=one.ends_at <= clock.now(),
        is_series=bool(meeting.repeat),
        data={
            "id": meeting.pk,
            "version": meeting.version,
            "on": on,
            "movable": may_move(actor, one.meeting),
            "is_all_day": meeting.is_all_day,
            "day": start.date().isoformat(),
            "time": time_words(start),
            "minutes": meeting.minutes,
        },
    )


def _tone(answer: str | None, outcome: str) -> str:
    """How certain a meeting is: “called off”, “not coming”, “no answer yet”; "" where nothing is to be said."""
    if outcome in ("no_show", "called_off"):
        return "off"
    return {"no": "declined", "maybe": "maybe", "": "open"}.get(answer, "") if answer is not None else ""
