"""Posting from the composer: a note, a call."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.accounts.actor import Actor
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.once import once
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.core.unsent import keeping as unsent
from rapport.lib.durations import parse_duration
from rapport.lib.tokens import new_token
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.timeline import history_values


@require_POST
def post_note(request: HttpRequest, record_id: int) -> HttpResponse:
    """Writes a note on the record."""
    body = request.POST.get("body", "")
    return _post(request, record_id, "note", lambda actor: add_note(actor, NoteInput(body, (record_id,))).pk)


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
        )
        return log_call(actor, call).pk

    return _post(request, record_id, "call", make)


def _post(request: HttpRequest, record_id: int, key: str, make: Callable[[Actor], int]) -> HttpResponse:
    actor = actor_of(request)
    spec = _spec_of(record_id)
    record = get_record(actor, spec, record_id)
    composer = next(each for each in registry.contributions(spec.key).composers if each.key == key)
    frame = {"url": composer.url(record_id), "record": record, "spec": spec}
    try:
        token = request.POST.get("form_token", "")
        # The forms of the composer are drawn with one token; each of them counts once.
        made, _fresh = once(actor, token and f"{key} {token}", lambda: make(actor))
    except Invalid as invalid:
        values = {**frame, "form_token": new_token(), "given": request.POST, "errors": invalid.errors}
        if not getattr(request, "htmx", None):
            flash(request, invalid.message, tone="red")
            return HttpResponseRedirect(f"/{spec.path}/{record_id}")
        return render(request, composer.template, values, status=422)
    unsent.drop(actor, record_id, key)
    act = latest_act(actor, made)
    text = _("Note saved.") if key == "note" else _("Call logged.")
    undo_url = f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    response = render(
        request,
        "activities/posted.html",
        {
            **frame,
            "template": composer.template,
            "form_token": new_token(),
            **history_values(request, actor, spec, record),
        },
    )
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record_id})
    return response


def _spec_of(record_id: int) -> ObjectSpec:
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    if spec is None or not registry.contributions(spec.key).composers:
        raise NotFound(_("There is no such record, or nothing can be written on it."))
    return spec
