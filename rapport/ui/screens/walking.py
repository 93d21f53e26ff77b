"""From one record to its neighbour in the list it was opened from: by key, without a list of ids."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.core.access.levels import demand
from rapport.core.access.pages import list_page
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import flash
from rapport.ui.screens.asking import PLACE, actor_of, ask, without


def next_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET: to the record after this one in the list ``in``; without it, in the list as it is when opened."""
    return _neighbour(request, spec, record_id, forward=True)


def previous_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET: to the record before this one."""
    return _neighbour(request, spec, record_id, forward=False)


def _neighbour(request: HttpRequest, spec: ObjectSpec, record_id: int, *, forward: bool) -> HttpResponse:
    actor = actor_of(request)
    demand(actor, spec, "view")
    walk = request.GET.get("in", "")
    asked = ask(actor, spec, without(parse_qsl(walk), *PLACE))
    here = replace(asked, size=1, after=record_id) if forward else replace(asked, size=1, before=record_id)
    found = list_page(actor, spec, here, []).rows
    if not found:
        text = _("This is the last record of the list.") if forward else _("This is the first record of the list.")
        flash(request, text, tone="grey")
    query = f"?{urlencode({'in': walk})}" if walk else ""
    return HttpResponseRedirect(f"/{spec.path}/{found[0].id if found else record_id}{query}")
