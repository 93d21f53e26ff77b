"""What the forms of tasks mean: due dates by quick choices, owners, reminders."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.tasks.actions import TaskInput
from rapport.activities.tasks.due import Due
from rapport.core.errors import Invalid
from rapport.lib import clock
from rapport.lib.dates import parse_date

Given = Mapping[str, str]


def quick_day(choice: str, today: datetime.date) -> datetime.date | None:
    """The day of a quick choice: today, tomorrow, 3days, week (next Monday); None for any other."""
    return {
        "today": today,
        "tomorrow": today + datetime.timedelta(days=1),
        "3days": today + datetime.timedelta(days=3),
        "week": today + datetime.timedelta(days=7 - today.weekday()),
    }.get(choice)


def due_of(given: Given, zone: str) -> Due:
    """When a form says that something is due: ``due`` is a quick choice, ``pick`` (then ``due_on``) or ``none``;
    ``due_time`` is a time of day. Invalid for what is no date.
    """
    choice = given.get("due", "")
    day = quick_day(choice, clock.today(zone))
    picked = given.get("due_on", "").strip()
    if day is None and choice != "none" and picked:
        try:
            day = parse_date(picked)
        except ValueError as error:
            raise Invalid({"due_on": [str(error)]}) from error
    time = time_of(given.get("due_time", ""))
    if day is None and time is not None:
        day = clock.today(zone)
    return Due() if day is None else Due.at_time(day, time, zone)


def time_of(text: str) -> datetime.time | None:
    """A time of day as an input of a form gives it. Invalid if it is none."""
    if not text.strip():
        return None
    try:
        return datetime.time.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(
            {"due_time": [_("“%(text)s” is no time of day, such as 14:30.") % {"text": text[:20]}]}
        ) from error


def task_of(actor: Actor, given: Given, about: tuple[int, ...]) -> TaskInput:
    """The task in a form of the composer."""
    due = due_of(given, actor.time_zone)
    owner = given.get("owner", "")
    every = given.get("repeat_every", "")
    return TaskInput(
        title=given.get("title", ""),
        about=about,
        due=due,
        body=given.get("body", ""),
        owner=int(owner) if owner.isdecimal() and len(owner) < 18 else None,
        priority=given.get("priority", "") or "normal",
        reminder=given.get("reminder", "") if due.on else "",
        repeat=given.get("repeat", "") if due.on else "",
        repeat_every=int(every) if every.isdecimal() and len(every) < 5 else 1,
        repeat_from=given.get("repeat_from", "") or "due",
    )
