"""Posting from the composer of a record: a meeting about it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.activities.meetings import guests, reading
from rapport.activities.meetings.composer import TEMPLATE, composer_values
from rapport.activities.meetings.screens import plan_from
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.once import once
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.core.unsent import keeping as unsent
from rapport.lib.tokens import new_token
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.timeline import history_values


@require_POST
def post_meeting(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: plans a meeting about the record, once; the timeline comes back with it."""
    actor = actor_of(request)
    spec = _spec_of(record_id)
    record = get_record(actor, spec, record_id)
    frame = {"url": f"/activities/{record_id}/meeting", "record": record, "spec": spec}
    own = composer_values(actor, record_id)
    try:
        token = request.POST.get("form_token", "")
        made, _fresh = once(actor, token and f"meeting {token}", lambda: plan_from(actor, request, record_id))
    except Invalid as invalid:
        if not is_part(request):
            flash(request, invalid.message, tone="red")
            return HttpResponseRedirect(f"/{spec.path}/{record_id}")
        chosen = guests.chosen(actor, request.POST.getlist("attendee"))
        given = {**reading.as_typed(request.POST), "typed": True}
        values = {**frame, "form_token": new_token(), "given": given, "errors": invalid.errors}
        return render(request, TEMPLATE, {**values, "own": {**own, "guests": chosen}}, status=422)
    unsent.drop(actor, record_id, "meeting")
    act = latest_act(actor, made)
    text, undo_url = _("The meeting is planned."), f"/acts/{act}/undo" if act else None
    if not is_part(request):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    history = history_values(request, actor, spec, record)
    values = {
        **frame,
        "template": TEMPLATE,
        "form_token": new_token(),
        "own": own,
        "offers_follow_up": False,
        **history,
    }
    response = render(request, "activities/posted.html", values)
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record_id})
    return response


def _spec_of(record_id: int) -> ObjectSpec:
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    if spec is None or not any(one.key == "meeting" for one in registry.contributions(spec.key).composers):
        raise NotFound(_("There is no such record, or nothing can be written on it."))
    return spec
