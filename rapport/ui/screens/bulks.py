"""Acting on many records of a list, and taking acts back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.pages import rows_matching
from rapport.core.access.visible import visible_to
from rapport.core.changes.undo import undo, undoable
from rapport.core.errors import BadQuery, Refused
from rapport.core.events.models import Change
from rapport.core.jobs.queue import enqueue
from rapport.core.objects.bulk import AT_ONCE, bulk
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import flash, toast
from rapport.ui.screens.asking import actor_of, address, ask

_ACTION = {"trash": "trash", "restore": "trash"}


def bulk_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST ``do`` to the ``ids``, or with ``all`` to everything the list shows. Many go to the worker."""
    actor = actor_of(request)
    pairs = [(name[3:], value) for name, values in request.POST.lists() if name.startswith("in.") for value in values]
    verb, tag = request.POST.get("do", ""), request.POST.get("tag", "")
    ids = _wanted(actor, spec, verb, pairs, request)
    back = address(spec, pairs)
    if not ids:
        flash(request, _("Nothing was selected."), tone="red")
        return HttpResponseRedirect(back)
    if len(ids) > AT_ONCE:
        made = enqueue("bulk", {"kind": spec.key, "verb": verb, "ids": ids, "tag": tag}, actor)
        return HttpResponseRedirect(f"/jobs/{made.pk}")
    try:
        act, changed = bulk(actor, spec, verb, ids, tag=tag)
    except Refused as refused:
        if not _is_page(request):
            raise
        flash(request, refused.message, tone="red")
        return HttpResponseRedirect(back)
    flash(request, done_words(spec, verb, changed), undo_url=f"/acts/{act.pk}/undo" if changed else None)
    return HttpResponseRedirect(back)


def _wanted(actor: Actor, spec: ObjectSpec, verb: str, pairs: Any, request: HttpRequest) -> list[int]:
    action = _ACTION.get(verb, "edit")
    if request.POST.get("all") == "1":
        return list(
            rows_matching(actor, spec, ask(actor, spec, pairs), action).order_by("pk").values_list("pk", flat=True)
        )
    given = request.POST.getlist("ids")
    if len(given) > 1000 or not all(text.isdecimal() and len(text) <= 18 for text in given):
        raise BadQuery(_("The selection could not be read. Select the records again."))
    rows = visible_to(actor, spec, action, live=verb != "restore").filter(pk__in=[int(text) for text in given])
    return list(rows.values_list("pk", flat=True))


def done_words(spec: ObjectSpec, verb: str, count: int) -> str:
    """What was done, in a sentence."""
    sentences = {
        "trash": ngettext("%(count)d record is in the trash.", "%(count)d records are in the trash.", count),
        "restore": ngettext("%(count)d record was restored.", "%(count)d records were restored.", count),
        "tag": ngettext("%(count)d record was tagged.", "%(count)d records were tagged.", count),
        "mine": ngettext("%(count)d record is yours now.", "%(count)d records are yours now.", count),
    }
    return sentences[verb] % {"count": count}


def undo_screen(request: HttpRequest, act_id: int) -> HttpResponse:
    """POST: takes an act back; a large one by the worker."""
    actor = actor_of(request)
    if Change.objects.filter(event__act_id=act_id).values("pk")[: AT_ONCE + 1].count() > AT_ONCE:
        undoable(actor, act_id)  # refused here, so that nobody fills the queue with what will be refused there
        made = enqueue("undo", {"act": act_id}, actor)
        return _after(request, f"/jobs/{made.pk}", _("Undo has begun."), "grey")
    try:
        done = undo(actor, act_id)
    except Refused as refused:
        if not _is_page(request):
            raise
        return _after(request, _back(request), refused.message, "red")
    text = _("Undone.") if not done.left else " ".join((_("Undone, except:"), *done.left[:3]))
    return _after(request, _back(request), text, "green" if not done.left else "grey")


def _is_page(request: HttpRequest) -> bool:
    """True for a form sent by a whole page; scripts and programs get the refusal itself, with its status."""
    return not getattr(request, "htmx", None) and "text/html" in request.headers.get("Accept", "text/html")


def _back(request: HttpRequest) -> str:
    """Where the undo was pressed, if that is one of our pages."""
    referer = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if safe else "/"


def _after(request: HttpRequest, url: str, text: str, tone: str) -> HttpResponse:
    if getattr(request, "htmx", None) or request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        toast(response, text, tone=tone)
        return response
    flash(request, text, tone=tone)
    return HttpResponseRedirect(url)
