"""Posting from the composer: a note, a call, a task, and the follow-up that is offered afterwards."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.accounts.actor import Actor
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.models import Task
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.drawing import due_words
from rapport.activities.tasks.reading import due_of, task_of
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.once import once
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.core.unsent import keeping as unsent
from rapport.lib import clock
from rapport.lib.dates import parse_moment
from rapport.lib.durations import parse_duration
from rapport.lib.tokens import new_token
from rapport.lib.wording import ended
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.composing import keep_posted
from rapport.ui.screens.timeline import history_values

SAVED = {
    "note": gettext_lazy("Note saved."),
    "call": gettext_lazy("Call logged."),
    "task": gettext_lazy("Task added."),
    "meeting": gettext_lazy("The meeting is planned."),
}
FOLLOWED = ("note", "call")  # after these a follow-up is offered
NOTHING_THERE = gettext_lazy("There is no such record, or nothing can be written on it.")


@require_POST
def post_note(request: HttpRequest, record_id: int) -> HttpResponse:
    """Writes a note on the record."""
    body = request.POST.get("body", "")
    return post_activity(request, record_id, "note", lambda actor: add_note(actor, NoteInput(body, (record_id,))).pk)


@require_POST
def post_call(request: HttpRequest, record_id: int) -> HttpResponse:
    """Logs a call on the record. ``minutes`` takes what people write: 14, 14 min, 1:30 h."""
    given = request.POST

    def make(actor: Actor) -> int:
        try:
            seconds = parse_duration(given.get("minutes", "")) if given.get("minutes", "").strip() else None
        except ValueError as error:
            raise Invalid({"minutes": [str(error)]}) from error
        call = CallInput(
            about=(record_id,),
            direction=given.get("direction", "out"),
            outcome=given.get("outcome", "connected"),
            duration=seconds,
            body=given.get("body", ""),
            happened_at=_moment(actor, given.get("happened_at", "")),
        )
        return log_call(actor, call).pk

    return post_activity(request, record_id, "call", make)


def _moment(actor: Actor, text: str) -> datetime.datetime | None:
    """When a call was, on the actor's clocks; None: now. Invalid for what is no moment, or lies ahead."""
    if not text.strip():
        return None
    try:
        at = parse_moment(text, actor.time_zone)
    except ValueError as error:
        raise Invalid({"happened_at": [str(error)]}) from error
    if at > clock.now() + datetime.timedelta(minutes=1):
        raise Invalid({"happened_at": [_("A call that is logged was made already: give a moment that has passed.")]})
    return at


@require_POST
def post_task(request: HttpRequest, record_id: int) -> HttpResponse:
    """Writes down a task about the record."""
    return post_activity(
        request, record_id, "task", lambda actor: add_task(actor, task_of(actor, request.POST, (record_id,))).pk
    )


@require_POST
def follow_up(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST a day: a task to come back to the record then, as it is offered after a note or call was saved."""
    actor = actor_of(request)
    spec = _spec_of(record_id)
    record = get_record(actor, spec, record_id)
    due = due_of(request.POST, actor.time_zone)
    title = _("Follow up with %(title)s") % {"title": record.title or spec.label}
    wanted = TaskInput(title, (record_id,), due)
    token = request.POST.get("form_token", "")
    made, _fresh = once(actor, token and f"follow {token}", lambda: add_task(actor, wanted).pk)
    text = ended(_("Follow-up planned: %(when)s.") % {"when": due_words(Task.objects.get(pk=made), actor)})
    return _answer(request, spec, record, made, text, "activities/followed.html", {}, "task")


def post_activity(
    request: HttpRequest,
    record_id: int,
    key: str,
    make: Callable[[Actor], int],
    typed: Callable[[Actor, Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """Saves what was typed into the tab ``key`` of the composer, once; ``make`` saves it and returns its id.

    What is refused is shown again as it was typed, by a page without scripts, too. ``typed`` gives, out of the own
    values of the tab, those of its template then; without it they are what was posted.
    """
    actor = actor_of(request)
    spec = _spec_of(record_id)
    record = get_record(actor, spec, record_id)
    composer = next((each for each in registry.contributions(spec.key).composers if each.key == key), None)
    if composer is None:
        raise NotFound(str(NOTHING_THERE))
    own = composer.values(actor, record_id) if composer.values else {}
    frame = {"url": composer.url(record_id), "record": record, "spec": spec, "own": own}
    try:
        token = request.POST.get("form_token", "")
        # The forms of the composer are drawn with one token; each of them counts once.
        made, _fresh = once(actor, token and f"{key} {token}", lambda: make(actor))
    except Invalid as invalid:
        values = {**frame, "form_token": new_token(), "given": request.POST, "errors": invalid.errors}
        if not getattr(request, "htmx", None):
            keep_posted(request, actor, record_id, key)  # the page shows it again
            flash(request, invalid.message, tone="red")
            return HttpResponseRedirect(f"/{spec.path}/{record_id}")
        return render(request, composer.template, {**values, **(typed(actor, own) if typed else {})}, status=422)
    unsent.drop(actor, record_id, key)
    follows = key in FOLLOWED and level_of(actor, "task", "create") is not Level.NONE
    values = {**frame, "template": composer.template, "form_token": new_token(), "offers_follow_up": follows}
    return _answer(request, spec, record, made, str(SAVED[key]), "activities/posted.html", values, key)


def _answer(
    request: HttpRequest,
    spec: ObjectSpec,
    record: Any,
    made: int,
    text: str,
    template: str,
    values: dict[str, Any],
    key: str,
) -> HttpResponse:
    """Says what was saved, with Undo, and draws the timeline anew."""
    actor = actor_of(request)
    act = latest_act(actor, made)
    undo_url = f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/{spec.path}/{record.pk}")
    frame = {"record": record, "spec": spec, **values, **history_values(request, actor, spec, record)}
    response = render(request, template, frame)
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record.pk})
    if key == "task":
        trigger(response, "task:changed")
    return response


def _spec_of(record_id: int) -> ObjectSpec:
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    if spec is None or not registry.contributions(spec.key).composers:
        raise NotFound(str(NOTHING_THERE))
    return spec
