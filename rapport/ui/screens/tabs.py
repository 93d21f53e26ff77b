"""The tabs of a list: how many records each view shows, and finding a view among hundreds."""

import time
from collections.abc import Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.access.pages import ListQuery, count_capped
from rapport.core.errors import BadQuery
from rapport.core.objects.spec import ObjectSpec
from rapport.core.views import saved
from rapport.core.views.models import View
from rapport.lib.text import fold
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.lists import capped

_MOST_SECONDS = 0.25  # of counting in one request; the tabs that are not reached show no number
_KEPT_SECONDS = 60.0
_SLOW_SECONDS = 0.1  # what took so long is kept ten times as long
_MOST_KEPT = 2_000
_MOST_FOUND = 50
_kept: dict[Hashable, tuple[float, str]] = {}


def counts_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET how many records the views ``ids`` show, capped: asked for after the page has come."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    ids = {int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal() and len(part) < 12}
    end = time.monotonic() + _MOST_SECONDS
    counts = []
    for listed in saved.views_of(actor, spec):
        if listed.view.pk in ids and time.monotonic() < end:
            counts.append((listed.view.pk, _count(actor, spec, listed.view)))
    return render(request, "list/tabs.html", {"counts": counts}, fragment="counts")


def find_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the views whose name holds ``q``: one's own, the team's and everybody's."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    wanted = fold(request.GET.get("q", "").strip())
    views = [listed for listed in saved.views_of(actor, spec) if wanted in fold(listed.view.name)]
    groups: dict[str, list[Any]] = {}
    for listed in views[:_MOST_FOUND]:
        view = listed.view
        groups.setdefault("mine" if view.user_id == actor.user_id else view.shared, []).append(listed)
    context = {
        "spec": spec,
        "groups": [(key, groups[key]) for key in ("mine", "team", "all") if key in groups],
        "more": len(views) - _MOST_FOUND,
        "q": request.GET.get("q", ""),
    }
    return render(request, "list/tabs.html", context, fragment="lines" if "q" in request.GET else "finder")


def _count(actor: Actor, spec: ObjectSpec, view: View) -> str:
    """In words; empty for a view that cannot be shown to the actor."""
    rights = (actor.user_id, actor.team_id, actor.role.pk if actor.role else 0)
    key = (rights, view.pk, str(view.condition), view.find)
    until, text = _kept.get(key, (0.0, ""))
    begun = time.monotonic()
    if until > begun:
        return text
    readable = saved.readable(actor, spec, view)
    try:
        query = ListQuery(condition=readable.shape.condition, find=readable.shape.find)
        text = "" if readable.is_closed else capped(count_capped(actor, spec, query))
    except BadQuery:  # a value that was an option once
        text = ""
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
    took = time.monotonic() - begun
    _kept[key] = (time.monotonic() + _KEPT_SECONDS * (10 if took > _SLOW_SECONDS else 1), text)
    return text
