"""Screens of meetings: plan, look, change, move, call off, answer. Each works as a page and in the drawer."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.activities import subjects
from rapport.activities.calendar.screens import asked_back, draw_calendar
from rapport.activities.meetings import guests, reading
from rapport.activities.meetings.actions import (
    ALL,
    ONE,
    SCOPES,
    Which,
    answer,
    call_off_meeting,
    change_meeting,
    move_meeting,
)
from rapport.activities.meetings.composer import form_values
from rapport.activities.meetings.ics import ics_of
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.objects import MEETING, OUTCOMES
from rapport.activities.meetings.occurrences import Occurrence, next_occurrence, occurrence_on, rule_of
from rapport.activities.meetings.rule_words import rule_words
from rapport.activities.meetings.time_words import length_words, other_zone, span_words
from rapport.core.access.discreet import as_read
from rapport.core.access.levels import demand, locale_of, readable_fields
from rapport.core.access.may import allowed
from rapport.core.access.visible import get_record, titles_seen
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Conflict, Invalid, NotFound, Refused
from rapport.core.objects import registry, saving
from rapport.core.objects.once import once
from rapport.lib import clock
from rapport.lib.tokens import new_token
from rapport.lib.wording import ended
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of, is_on_record, is_part
from rapport.ui.screens.forms import stays

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def plan_screen(request: HttpRequest) -> HttpResponse:
    """GET the form of a new meeting, with ``day``, ``time`` and ``minutes`` of the address; POST plans it, once."""
    actor = actor_of(request)
    demand(actor, MEETING, "create")
    locale = locale_of(actor)
    if request.method != "POST":
        about = _about(actor, request.GET.get("about", ""))
        return _form(request, actor, {**reading.blank(locale, request.GET.dict()), "about": about})
    token = request.POST.get("form_token", "")
    try:
        made, _fresh = once(actor, token and f"meeting {token}", lambda: plan_from(actor, request))
    except Invalid as invalid:
        return _form(request, actor, reading.as_typed(request.POST), invalid.errors, status=422)
    return _done(request, actor, made, _("The meeting is planned."))


@require_safe
def peek_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET what to know of a meeting, and what can be done with it."""
    actor = actor_of(request)
    meeting: Meeting = get_record(actor, MEETING, record_id)
    may = allowed(actor, MEETING, meeting, ("edit", "trash"))
    meeting = as_read(actor, MEETING, meeting)
    one, locale = _occurrence(meeting, request.GET.get("on", "")), locale_of(actor)
    asked_to = guests.named(actor, MEETING.field("attendees").get(meeting))
    readable, rule = readable_fields(actor, MEETING), rule_of(meeting)
    values = {
        **_frame(request, one),
        "when": span_words(one.starts_at, one.ends_at, locale, is_all_day=meeting.is_all_day),
        "length": "" if meeting.is_all_day else length_words(meeting.minutes),
        "other_zone": other_zone(one.starts_at, meeting, locale),
        "rule": rule_words(rule, actor.language) if rule else "",
        "guests": asked_to if "attendees" in readable else [],
        "mine": next((guest for guest in asked_to if guest["is_me"]), None),
        "organiser": meeting.owner.name if meeting.owner else "",
        "about": _about_titles(actor, meeting) if "about" in readable else [],
        "outcomes": [(option.key, option.label) for option in OUTCOMES],
        "is_over": one.ends_at <= clock.now(),
        "may": may,
    }
    return _page(request, "meetings/peek.html", values)


@get_or_post
def change_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the form of a meeting; POST changes it, or what is meant of its series (``scope``)."""
    actor = actor_of(request)
    meeting: Meeting = get_record(actor, MEETING, record_id, "edit")
    locale = locale_of(actor)
    if request.method != "POST":
        one = _occurrence(as_read(actor, MEETING, meeting), request.GET.get("on", ""))
        chosen = guests.named(actor, MEETING.field("attendees").get(meeting)) if _shows(actor, "attendees") else []
        return _form(request, actor, {**reading.shown(one, locale), "guests": chosen}, one=one)
    one = Occurrence(meeting, meeting.starts_at, meeting.ends_at, _day(request.POST.get("on", "")))
    which = _which(request)
    try:
        values = _typed(actor, request)
        if which.scope == ONE and one.on:
            values.pop("repeat", None)
        changed = change_meeting(actor, record_id, values, version=_version(request), which=which)
    except Invalid as invalid:
        return _form(request, actor, reading.as_typed(request.POST), invalid.errors, one=one, status=422)
    except Conflict as conflict:
        shown = reading.as_typed(request.POST)
        return _form(request, actor, shown, one=one, status=409, conflict=conflict)
    return _done(request, actor, changed.pk, _("Saved."))


@get_or_post
def move_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the form “Move to…”; POST moves, by it or by a drag: the calendar comes back as it is now."""
    actor = actor_of(request)
    meeting: Meeting = get_record(actor, MEETING, record_id, "edit")
    locale = locale_of(actor)
    if request.method != "POST":
        one = _occurrence(meeting, request.GET.get("on", ""))
        return _page(
            request, "meetings/move.html", {**_frame(request, one), "given": reading.shown(one, locale), "errors": {}}
        )

    def move() -> int:
        values = reading.read(request.POST, locale).checked()
        starts_at = values.get("starts_at") or meeting.starts_at
        minutes = values.get("minutes", meeting.minutes)
        moved = move_meeting(actor, record_id, starts_at, minutes, version=_version(request), which=_which(request))
        return moved.pk

    if "dragged" in request.POST:
        return _dragged(request, actor, move)
    try:
        moved = move()
    except (Invalid, Conflict) as refused:
        one = Occurrence(meeting, meeting.starts_at, meeting.ends_at, _day(request.POST.get("on", "")))
        values = {**_frame(request, one), "given": reading.as_typed(request.POST), "errors": _errors(refused)}
        return _page(request, "meetings/move.html", values, status=refused.status)
    return _done(request, actor, moved, _moved_words(actor, moved))


@get_or_post
def call_off_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the question which meetings of a series are meant; POST calls them off, with Undo."""
    actor = actor_of(request)
    meeting: Meeting = get_record(actor, MEETING, record_id, "trash")
    if request.method != "POST":
        one = _occurrence(meeting, request.GET.get("on", ""))
        return _page(request, "meetings/call_off.html", _frame(request, one))
    try:
        call_off_meeting(actor, record_id, version=_version(request), which=_which(request))
    except Conflict as conflict:
        flash(request, conflict.message, tone="red")
        return _leave(request, f"/meetings/{record_id}")
    return _done(request, actor, record_id, _("The meeting is called off."), url="/calendar")


@require_POST
def answer_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: whether the signed-in user comes (``answer`` = yes, no or maybe)."""
    actor = actor_of(request)
    answer(actor, record_id, request.POST.get("answer", ""))
    return _done(request, actor, record_id, _("Your answer is noted."))


@require_POST
def outcome_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: what came of a meeting (``outcome``)."""
    actor = actor_of(request)
    saving.update(actor, MEETING, record_id, {"outcome": request.POST.get("outcome", "")}, version=_version(request))
    return _done(request, actor, record_id, _("Saved."))


@require_safe
def ics_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the meeting as a file for other calendars."""
    actor = actor_of(request)
    meeting: Meeting = as_read(actor, MEETING, get_record(actor, MEETING, record_id))
    response = HttpResponse(ics_of(meeting), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="meeting-{record_id}.ics"'
    return response


@require_safe
def guests_screen(request: HttpRequest) -> HttpResponse:
    """GET the lines of the combobox “Who comes”."""
    lines = guests.suggestions(actor_of(request), request.GET.get("q", "").strip()[:100])
    return render(request, "meetings/guests.html", {"lines": lines})


# -------------------------------------------------------------------- pieces
def plan_from(actor: Actor, request: HttpRequest, *about: int) -> int:
    """Plans the meeting of a posted form; returns its id."""
    values = _typed(actor, request)
    given = {int(part) for part in request.POST.getlist("about") if part.isdecimal() and len(part) <= 18}
    made: Meeting = saving.create(actor, MEETING, {**values, "about": sorted({*about, *given})})
    return made.pk


def _shows(actor: Actor, key: str) -> bool:
    return key in readable_fields(actor, MEETING)


def _typed(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """What was typed. A field that is hidden from the actor stood empty in the form: left so, it is no value."""
    values = reading.read(request.POST, locale_of(actor)).checked()
    return {key: value for key, value in values.items() if value != "" or _shows(actor, key)}


def _occurrence(meeting: Meeting, on: str) -> Occurrence:
    """The meeting on that day of its series; without one that comes next, or the first."""
    day = _day(on)
    if meeting.repeat and day is not None:
        found = occurrence_on(meeting, day)
        if found is None:
            raise NotFound(_("The series has no meeting on this day any more."))
        return found
    coming = next_occurrence(meeting, clock.now())
    return coming or Occurrence(meeting, meeting.starts_at, meeting.ends_at)


def _frame(request: HttpRequest, one: Occurrence) -> dict[str, Any]:
    """What all forms of a meeting need."""
    return {
        "meeting": one.meeting,
        "spec": MEETING,
        "on": one.on.isoformat() if one.on else "",
        "is_series": bool(one.meeting.repeat and one.on),
        "back": request.POST.get("back", "") or request.GET.get("back", ""),
    }


def _form(
    request: HttpRequest, actor: Actor, given: Mapping[str, Any], errors: Mapping[str, Sequence[str]] | None = None, *,
    one: Occurrence | None = None, status: int = 200, conflict: Conflict | None = None,
) -> HttpResponse:  # fmt: skip
    posted = request.method == "POST"
    chosen = guests.chosen(actor, request.POST.getlist("attendee")) if posted else given.get("guests", [])
    about = _about(actor, ",".join(request.POST.getlist("about"))) if posted else given.get("about", [])
    version = conflict.current_version if conflict else (_version(request) or (one.meeting.version if one else 0))
    values = {
        "meeting": None,
        "is_series": False,
        "on": "",
        **(_frame(request, one) if one else {}),
        "spec": MEETING,
        "back": request.POST.get("back", "") or request.GET.get("back", ""),
        "given": given,
        "errors": errors or {},
        "guests": chosen,
        "about": about,
        "form_token": request.POST.get("form_token", "") or new_token(),
        "version": version,
        "conflict": [conflict.message] if conflict else [],
        "zone": actor.time_zone,
        **form_values(actor),
    }
    return _page(request, "meetings/form.html", values, status=status)


def _about(actor: Actor, text: str) -> list[dict[str, Any]]:
    """The records that a new meeting shall be about, as far as the actor sees them."""
    ids = [int(part) for part in text.split(",") if part.isdecimal() and len(part) <= 18][:50]
    found = []
    for kind in subjects.kinds():
        titles = titles_seen(actor, registry.get(kind), ids) if ids else {}
        found += [{"id": pk, "title": title} for pk, title in titles.items()]
    return found


def _about_titles(actor: Actor, meeting: Meeting) -> list[dict[str, Any]]:
    ids = MEETING.field("about").get(meeting)
    return _about(actor, ",".join(str(pk) for pk in ids))


def _page(request: HttpRequest, template: str, values: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, values, fragment="drawer" if is_part(request) else None, status=status)


def _which(request: HttpRequest) -> Which:
    scope = request.POST.get("scope", ALL)
    return Which(_day(request.POST.get("on", "")), scope if scope in SCOPES else ALL)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _errors(refused: Refused) -> dict[str, list[str]]:
    return refused.errors if isinstance(refused, Invalid) else {"": [refused.message]}


def _dragged(request: HttpRequest, actor: Actor, move: Callable[[], int]) -> HttpResponse:
    """Moves, and answers with the calendar: as it became, or with the reason as it is."""
    wanted = asked_back(request, actor)
    if wanted is None:
        raise NotFound(_("There is no such calendar."))
    try:
        moved = move()
    except (Invalid, Conflict, NotFound) as refused:
        status = refused.status if refused.status in (409, 422) else 422
        response = draw_calendar(request, actor, wanted, part=True, status=status)
        toast(response, refused.message, tone="red")
        return response
    response = draw_calendar(request, actor, wanted, part=True)
    act = latest_act(actor, moved)
    toast(response, _moved_words(actor, moved), undo_url=f"/acts/{act}/undo" if act else None)
    return response


def _moved_words(actor: Actor, record_id: int) -> str:
    """Where it is now. Of a series only that it moved: it has many places."""
    meeting: Meeting = get_record(actor, MEETING, record_id)
    if meeting.repeat:
        return _("Moved.")
    when = span_words(meeting.starts_at, meeting.ends_at, locale_of(actor), is_all_day=meeting.is_all_day)
    return ended(_("Moved to %(when)s.") % {"when": when})


def _done(request: HttpRequest, actor: Actor, record_id: int, text: str, *, url: str = "") -> HttpResponse:
    """Back to where the form was opened, with Undo: the calendar is drawn anew in its place, a record's page stays."""
    act = latest_act(actor, record_id)
    undo_url = f"/acts/{act}/undo" if act else None
    wanted = asked_back(request, actor)
    if is_part(request) and wanted is not None:
        response = draw_calendar(request, actor, wanted, part=True)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#calendar", "outerHTML"
        trigger(response, "drawer:close")
        toast(response, text, undo_url=undo_url)
        return response
    if wanted is None and not url and is_part(request) and is_on_record(request):
        return stays(record_id, text, undo_url)
    flash(request, text, undo_url=undo_url)
    return _leave(request, wanted.url() if wanted else url or f"/meetings/{record_id}")


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)
