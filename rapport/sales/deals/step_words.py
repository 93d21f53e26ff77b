"""The next step of a deal in words: what, when, and how urgent that is."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.planned import is_whole_day
from rapport.lib import clock
from rapport.lib.date_words import short_day, time_of_day, weekday_name
from rapport.lib.relative_dates import day_bounds

NONE, OVERDUE, TODAY, PLANNED = "none", "overdue", "today", "planned"
TONES = {NONE: "amber", OVERDUE: "red", TODAY: "green", PLANNED: ""}
ICONS = {NONE: "triangle-alert", OVERDUE: "circle-alert", TODAY: "clock", PLANNED: "calendar"}
_CUT = "\0"
_NEAR = 6  # days: within these the weekday says enough


@dataclass(frozen=True)
class Clocks:
    """This moment for one reader: ``now``, and the ``end`` of the day (UTC) on the clocks of ``zone``."""

    now: datetime.datetime
    today: datetime.date
    end: datetime.datetime
    zone: str
    language: str

    @classmethod
    def of(cls, actor: Actor) -> "Clocks":
        """Those of a reader."""
        today = clock.today(actor.time_zone)
        return cls(clock.now(), today, day_bounds(today, actor.time_zone)[1], actor.time_zone, actor.language)

    def state(self, by: datetime.datetime | None) -> str:
        """How a next step that is due ``by`` (UTC) stands: none, overdue, today or planned."""
        if by is None:
            return NONE
        if by <= self.now:
            return OVERDUE
        return TODAY if by <= self.end else PLANNED


def step_words(step: str, at: datetime.datetime | None, by: datetime.datetime | None, clocks: Clocks) -> str:
    """“Demo · Tue 25 Nov”, “Workshop · today 15:00”, “Call was due Fri”, “No next step”."""
    return "".join(step_parts(step, at, by, clocks))


def step_parts(
    step: str, at: datetime.datetime | None, by: datetime.datetime | None, clocks: Clocks
) -> tuple[str, str, str]:
    """The same in three parts: what stands before the step, the step, and what follows. Where room is short, only the
    step itself is to be cut.
    """
    if at is None or by is None:
        return "", _("No next step"), ""
    if by > clocks.now:
        return "", step, f" · {_when(at, clocks)}"
    before, _step, behind = (_("%(step)s was due %(when)s") % {"step": _CUT, "when": _when(at, clocks)}).partition(_CUT)
    return before, step, behind


def _when(at: datetime.datetime, clocks: Clocks) -> str:
    day = at.astimezone(clock.zone_named(clocks.zone)).date()
    away = (day - clocks.today).days
    words = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(away)
    if words is None:
        weekday = weekday_name(day.weekday(), clocks.language)
        words = weekday if -_NEAR <= away < 0 else f"{weekday} {short_day(day, clocks.language)}"
    is_told = not away and at > clocks.now and not is_whole_day(at)  # of what is late the day is enough
    hour = time_of_day(at, clocks.zone, clocks.language) if is_told else ""
    return f"{words} {hour}".strip()
