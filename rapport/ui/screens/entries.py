"""One entry of a timeline: what can be done with it, and the news of entries that others add meanwhile."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.may import allowed, find_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline import pins
from rapport.core.timeline.models import Pin
from rapport.core.timeline.reading import Entry, entry_of, newer
from rapport.core.timeline.walking import newest
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.timeline import Asked, Teller, history_values

NEWEST = "X-Newest"  # the header that tells behind which event there is news


def entry_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, event_id: int) -> HttpResponse:
    """GET what can be done with an entry: as the inside of a menu, or as a page with the entry itself."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    entry = entry_of(actor, spec, instance, event_id)
    context = {
        "spec": spec,
        "record": instance,
        "entry": entry,
        "title": instance.title or _("No name"),
        "item": Teller(actor, Asked(), set(), {}).shown(entry, day=True),
        "may": _may(actor, spec, instance, entry),
        "is_pinned": Pin.objects.filter(record_id=record_id, event_id=event_id).exists(),
        "subject": _subject_of(entry),
    }
    return render(request, "record/entry.html", context, fragment="menu" if is_part(request) else None)


def pin_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, event_id: int) -> HttpResponse:
    """POST: puts an entry on top of the timeline."""
    actor = actor_of(request)
    undo_url = f"/{spec.path}/{record_id}/entries/{event_id}/unpin"
    try:
        pins.pin(actor, spec, record_id, event_id)
    except Invalid as invalid:
        return _answer(request, actor, spec, record_id, invalid.message, tone="red")
    return _answer(request, actor, spec, record_id, _("Pinned on top."), undo_url)


def unpin_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, event_id: int) -> HttpResponse:
    """POST: lets an entry stand where it happened again."""
    actor = actor_of(request)
    pins.unpin(actor, spec, record_id, event_id)
    return _answer(request, actor, spec, record_id, _("Unpinned."), f"/{spec.path}/{record_id}/entries/{event_id}/pin")


def trash_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, event_id: int) -> HttpResponse:
    """POST: the activity that an entry tells of goes to the trash, with Undo."""
    actor = actor_of(request)
    entry = entry_of(actor, spec, find_record(actor, spec, record_id), event_id)
    about = registry.find(entry.subject_kind)
    if about is None or not entry.is_main or entry.subject_id == record_id:
        raise NotFound(_("There is no such entry, or you may not see it."))
    saving.trash(actor, about, [entry.subject_id])
    act = latest_act(actor, entry.subject_id)
    text = _("%(label)s moved to the trash.") % {"label": about.label}
    return _answer(request, actor, spec, record_id, text, f"/acts/{act}/undo" if act else "")


def news_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the button that announces what others added behind the event ``after``; 204 if that is nothing."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    after = request.GET.get("after", "")
    after_id = int(after) if after.isdecimal() and len(after) <= 18 else 0
    entries = newer(actor, spec, instance, after_id)
    if not entries:
        response = HttpResponse(status=204)
        response.headers[NEWEST] = str(newest(record_id))  # what may not be seen is not asked about again
        return response
    return render(request, "record/news.html", {"count": len(entries), "spec": spec, "record": instance})


def _subject_of(entry: Entry) -> dict[str, str] | None:
    """What a main entry tells of, where that is a record of its own: its label and address."""
    about = registry.find(entry.subject_kind) if entry.is_main else None
    if about is None:
        return None
    url = f"/{about.path}/{entry.subject_id}"
    return {"label": str(about.label), "url": url, "edit_url": f"{url}/{about.edit_page}"}


def _may(actor: Actor, spec: ObjectSpec, instance: Any, entry: Entry) -> dict[str, bool]:
    about = registry.find(entry.subject_kind)
    what: set[str] = set()
    if about is not None and entry.is_main and entry.subject_id != instance.pk:
        what = allowed(actor, about, find_record(actor, about, entry.subject_id), ("edit", "trash"))
    may_pin = instance.live and "edit" in allowed(actor, spec, instance, ("edit",))
    return {"pin": may_pin, "edit": "edit" in what, "trash": "trash" in what}


def _answer(
    request: HttpRequest,
    actor: Actor,
    spec: ObjectSpec,
    record_id: int,
    text: str,
    undo_url: str = "",
    *,
    tone: str = "green",
) -> HttpResponse:
    """The timeline as it is now, and what happened in words."""
    if not is_part(request):
        flash(request, text, tone=tone, undo_url=undo_url or None)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    instance = find_record(actor, spec, record_id)
    context = {"spec": spec, "record": instance, **history_values(request, actor, spec, instance)}
    response = render(request, "record/history.html", context, fragment="timeline")
    toast(response, text, tone=tone, undo_url=undo_url or None)
    trigger(response, "record:changed", {"id": record_id})
    return response
