"""A list as a calendar, by any of its dates: a month or a week of cards that are moved from one day to another."""

import datetime
from typing import Any, cast
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.access.days import Falling, dates_by, local_day, on_day, on_days
from rapport.core.access.pages import ListQuery
from rapport.core.access.visible import get_record
from rapport.core.errors import BadQuery
from rapport.core.fields import Date, Moment
from rapport.core.fields.day_of_year import in_year
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.lib.date_words import time_of_day, weekday_name
from rapport.lib.day_ranges import FIRST, LAST, long_day, shown, title, week_words
from rapport.lib.wording import grouped
from rapport.ui.cards import Card, cards
from rapport.ui.rendering import render
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, is_part, without
from rapport.ui.screens.drawing import Drawer
from rapport.ui.screens.figures import narrowed_url
from rapport.ui.screens.moving import movable, moved, refuse_moved
from rapport.ui.screens.showing import Showing

ROOM = {"month": 4, "week": 30}  # cards of a day; the others are counted
_NONE = ""  # the key of a date that is empty
_ONE_DAY = datetime.timedelta(days=1)


def calendar_values(actor: Actor, spec: ObjectSpec, query: ListQuery, showing: Showing, pairs: Pairs) -> dict[str, Any]:
    """What the template of the calendar needs."""
    by, today = cast(Date, showing.by), clock.today(actor.time_zone)
    days = shown(showing.span, showing.on or today, workspace.current().first_weekday)
    falling = on_days(actor, spec, query, by, days.days)
    room = ROOM[showing.span]
    shown_of = {day: one.found[: room if _fits(one, room) else room - 1] for day, one in falling.items()}
    held = {pk: value for some in shown_of.values() for pk, value in some}
    times = {pk: time_of_day(value, actor.time_zone, actor.language) for pk, value in held.items()
             if isinstance(by, Moment)}  # fmt: skip
    drawer = Drawer(actor, spec, by, pairs, "day", is_brief=showing.span == "month")
    drawn = drawer.draw(list(held), times)
    is_this_month = showing.span == "month" and days.on.replace(day=1) == today.replace(day=1)
    cells = []
    for number, day in enumerate(days.days):
        some = [drawn[pk] for pk, _value in shown_of[day] if pk in drawn]
        cells.append({
            "day": day,
            "number": number,
            "label": long_day(day, actor.language),
            "is_other": showing.span == "month" and day.month != days.on.month,
            "is_today": day == today,
            "is_past": is_this_month and days.on.replace(day=1) <= day < today,
            "cards": cards(some),
            **_rest(spec, pairs, by, day, falling[day], some),
        })  # fmt: skip
    return {
        "cells": cells,
        "weekdays": [weekday_name(day.weekday(), actor.language) for day in days.days[:7]],
        "title": title(days, actor.language),
        "week": week_words(days),
        "why": drawer.why,
        "move_url": f"/{spec.path}/*/day",
        "has_past": any(cell["is_past"] and falling[cell["day"]].found for cell in cells),
        "is_empty": not any(one.found for one in falling.values()),
        "none_url": "" if by.required else narrowed_url(spec, pairs, Term(by.key, "empty", "1")),
        **_links(spec, showing, pairs, days),
    }


def _fits(one: Falling, room: int) -> bool:
    return not one.is_cut and len(one.found) <= room


def _rest(
    spec: ObjectSpec, pairs: Pairs, by: Date, day: datetime.date, falling: Falling, some: list[Card]
) -> dict[str, Any]:
    """How many more there are on a day, and the list of all of them."""
    left = len(falling.found) - len(some)
    if left <= 0 or not some:
        return {"more": "", "more_url": ""}
    counted = f"{grouped(left)}+" if falling.is_cut else f"+{grouped(left)}"
    return {"more": _("%(count)s more") % {"count": counted}, "more_url": narrowed_url(spec, pairs, on_day(by, day))}


def _links(spec: ObjectSpec, showing: Showing, pairs: Pairs, days: Any) -> dict[str, Any]:
    rest = without(pairs, "on", "span", *PLACE)

    def url(span: str, on: str) -> str:
        return address(spec, [*rest, ("span", "" if span == "month" else span), ("on", on)])

    spans = (("month", _("Month")), ("week", _("Week")))
    return {
        "previous_url": url(showing.span, days.step(-1).isoformat()),
        "next_url": url(showing.span, days.step(1).isoformat()),
        "today_url": url(showing.span, ""),
        "spans": [
            {"key": key, "label": label, "current": key == showing.span,
             "url": url(key, showing.on.isoformat() if showing.on else "")}
            for key, label in spans
        ],
    }  # fmt: skip


def day_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET to which days a card can be moved; POST ``by`` and ``to`` (a day in ISO form, or empty) moves it.

    ``was`` is the day it was taken from: Conflict if somebody else has moved it since. ``in`` is the calendar.
    A moment keeps its time on the clocks of the reader; what comes every year keeps its year.
    """
    actor = actor_of(request)
    get_record(actor, spec, record_id)  # whatever else is asked: of a record that may not be seen nothing is said
    given = request.POST if request.method == "POST" else request.GET
    by = dates_by(actor, spec).get(given.get("by", ""))
    if by is None:
        raise BadQuery(_("There is no date by which this list could stand as a calendar."))
    record, value = movable(actor, spec, record_id, by)
    back, was, to = address(spec, parse_qsl(given.get("in", ""))), _day(given.get("was", "")), _day(given.get("to", ""))
    if request.method != "POST":
        today = clock.today(actor.time_zone)
        day = today if value is None else _stands(actor, by, value, today)
        context = {
            "spec": spec, "by": by, "record": record, "back": back, "now": day.isoformat(),
            "inside": given.get("in", ""), "action": f"/{spec.path}/{record_id}/day", "steps": _steps(day),
        }  # fmt: skip
        return render(request, "list/day.html", context, fragment="menu" if is_part(request) else None)

    def place(value: Any, near: datetime.date | None = to) -> tuple[str, Any]:
        if value is None:
            return _NONE, _("no date")
        day = _stands(actor, by, value, near)
        return day.isoformat(), long_day(day, actor.language)

    if was is not None:
        refuse_moved(was.isoformat(), place(value, was))
    return moved(request, actor, spec, record, by, _moved_to(actor, by, value, to), place, back)


def _stands(actor: Actor, by: Date, value: Any, near: datetime.date | None) -> datetime.date:
    """The day on which a value stands in the calendar: of what comes every year, that of the year of ``near``."""
    day = local_day(value, actor.time_zone)
    return in_year(day, near.year) if by.yearly and near is not None else day


def _day(text: str) -> datetime.date | None:
    """A day of an address, one that a calendar shows; None where there is none."""
    try:
        day = datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadQuery(_("“%(value)s” is no day.") % {"value": text[:20]}) from error
    if day is not None and not FIRST <= day <= LAST:
        raise BadQuery(_("“%(value)s” is beyond all calendars.") % {"value": text})
    return day


def _moved_to(actor: Actor, by: Date, value: Any, day: datetime.date | None) -> Any:
    """The value on another day."""
    if day is None:
        return None
    if by.yearly and value is not None:
        return in_year(day, value.year)
    if not isinstance(by, Moment):
        return day
    zone = clock.zone_named(actor.time_zone)
    time = value.astimezone(zone).time() if value is not None else datetime.time(9)
    return datetime.datetime.combine(day, time, zone).astimezone(datetime.UTC)


def _steps(day: datetime.date) -> list[tuple[str, str]]:
    """Days near by, as a menu offers them; none beyond what a calendar shows."""
    day = min(max(day, FIRST), LAST)
    words = {-1: _("One day earlier"), 1: _("One day later"), 7: _("One week later")}
    return [((day + step * _ONE_DAY).isoformat(), word) for step, word in words.items()]
