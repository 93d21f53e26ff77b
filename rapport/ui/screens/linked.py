"""What leads to a record by links made at run time: further rows of its panel, linking what is there, unlinking."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.may import find_record
from rapport.core.access.visible import get_record, titles_seen
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.fields import LabelledLinks, Link
from rapport.core.objects import leading, saving
from rapport.core.objects.leading import MORE, Lead
from rapport.core.objects.spec import ObjectSpec
from rapport.core.segments.models import FIELD
from rapport.lib.numbers import number_in
from rapport.ui.rendering import flash, render
from rapport.ui.screens import choosing
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.forms import stays

_IN = gettext_lazy("%(title)s is in this segment now.")
_OUT = gettext_lazy("%(title)s is not in this segment any more.")


def linked_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, kind: str, key: str) -> HttpResponse:
    """GET the form that lets another record lead here, or the rows of the panel behind ``after``; POST links one that
    was chosen (``add``) or unlinks one (``remove``).
    """
    actor = actor_of(request)
    lead = leading.lead_of(actor, spec.key, kind, key)
    if lead is None:
        raise NotFound(_("There is no such field, or you may not see it."))
    if request.method != "POST":
        if "after" in request.GET:
            return _rows(request, actor, spec, lead, record_id)
        record = _linkable(actor, spec, lead, record_id)
        return _form(request, spec, record, lead)
    record = _linkable(actor, spec, lead, record_id)
    if removed := number_in(request.POST.get("remove", "")):
        changed = leading.unlink(actor, lead, removed, record_id)
        sentence = _OUT if lead.field.key == FIELD else _("%(title)s does not lead here any more.")
        return _done(request, actor, spec, lead, record_id, removed, str(sentence), changed=changed)
    try:
        added, changed = _link(actor, lead, record_id, request)
    except Invalid as refused:
        return _form(request, spec, record, lead, " ".join(str(refused.message).splitlines()), status=422)
    except ValueError as wrong:
        return _form(request, spec, record, lead, str(wrong), status=422)
    sentence = _IN if lead.field.key == FIELD else _("%(title)s leads here now.")
    return _done(request, actor, spec, lead, record_id, added, str(sentence), changed=changed)


def _linkable(actor: Actor, spec: ObjectSpec, lead: Lead, record_id: int) -> Any:
    """The record, if others may be led to it; NotAllowed where the role keeps the field from being changed."""
    record = get_record(actor, spec, record_id)
    if not leading.may_link(actor, lead):
        raise NotAllowed(_("“%(key)s” cannot be changed here, or not by you.") % {"key": lead.field.label})
    return record


def _rows(request: HttpRequest, actor: Actor, spec: ObjectSpec, lead: Lead, record_id: int) -> HttpResponse:
    record = find_record(actor, spec, record_id)
    before = number_in(request.GET["after"])
    rows = leading.stretch(actor, lead, record_id, before=before or None, size=MORE)
    return render(request, "record/linked_rows.html", {"linked": rows, "record": record, "spec": spec})


def _link(actor: Actor, lead: Lead, record_id: int, request: HttpRequest) -> tuple[int, bool]:
    """Links what was chosen, or makes what was only named; returns its id, and whether anything changed."""
    chosen = choosing.chosen(actor, Link("add", "", to=lead.spec.key), request.POST)
    label = request.POST.get("label", "")
    if isinstance(chosen, choosing.Named):
        value = leading.value_for(lead, record_id, label)
        made: int = saving.create(actor, lead.spec, {"name": chosen.name, lead.field.key: value}).pk
        return made, True
    number = number_in(str(chosen))
    if not number:
        raise ValueError(_("Choose a record from the list."))
    return number, leading.link(actor, lead, number, record_id, label)


def _form(
    request: HttpRequest, spec: ObjectSpec, record: Any, lead: Lead, problem: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "spec": spec,
        "record": record,
        "lead": lead,
        "problem": problem,
        "options": lead.field.offered() if isinstance(lead.field, LabelledLinks) else (),
        "asks_label": isinstance(lead.field, LabelledLinks),
        "given": request.POST,
        "moves": isinstance(lead.field, Link),
    }
    fragment = "form" if is_part(request) else None
    return render(request, "record/link_here.html", context, fragment=fragment, status=status)


def _done(
    request: HttpRequest,
    actor: Actor,
    spec: ObjectSpec,
    lead: Lead,
    record_id: int,
    other_id: int,
    sentence: str,
    *,
    changed: bool,
) -> HttpResponse:
    act = latest_act(actor, other_id) if changed else None  # else it would be of something else
    text = sentence % {"title": titles_seen(actor, lead.spec, [other_id]).get(other_id, "") or _("No name")}
    undo_url = f"/acts/{act}/undo" if act else None
    if is_part(request):
        return stays(record_id, text, undo_url)
    flash(request, text, undo_url=undo_url)
    return HttpResponseRedirect(f"/{spec.path}/{record_id}?pane=related", status=303)
