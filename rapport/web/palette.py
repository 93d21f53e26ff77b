"""The command palette: records, things to create and places, in one list from the server."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from rapport.accounts.actor import Actor
from rapport.core.access.finding import finding
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import visible_to
from rapport.core.objects import registry
from rapport.lib.text import fold
from rapport.lib.wording import inside
from rapport.ui import navigation
from rapport.ui.cells import avatar
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

MOST_RECORDS = 5  # of one kind


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """GET the lines for ``q``; without it what can be created, and the places."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "records": _records(actor, text) if text else [],
        "actions": _actions(actor, text),
        "places": _places(actor, text),
    }
    return render(request, "palette.html", context)


def _records(actor: Actor, text: str) -> list[dict[str, Any]]:
    found = []
    for spec in registry.every():
        if not spec.in_navigation or level_of(actor, spec.key, "view") is Level.NONE:
            continue
        rows = visible_to(actor, spec).filter(finding(actor, spec, text)).order_by("title_key", "pk")
        kind = "company" if spec.key == "company" else "person"
        for pk, title in rows.values_list("pk", "title")[:MOST_RECORDS]:
            picture = avatar(title, kind, "xs")
            found.append(
                {"url": f"/{spec.path}/{pk}", "title": _marked(title, text), "mark": picture, "kind": spec.label}
            )
    return found


def _marked(title: str, text: str) -> Markup:
    """The title with the words that begin like what was typed in <mark>."""
    typed = [fold(part) for part in text.split()]
    words = []
    for word in title.split(" "):
        length = next((len(part) for part in typed if len(fold(word)) == len(word) and fold(word).startswith(part)), 0)
        words.append(Markup("<mark>{}</mark>{}").format(word[:length], word[length:]) if length else escape(word))
    return Markup(" ").join(words)


def _actions(actor: Actor, text: str) -> list[dict[str, Any]]:
    actions = [
        {"url": f"/{spec.path}/new", "title": _("New %(label)s") % {"label": inside(spec.label)}, "icon": "plus"}
        for spec in registry.every()
        if spec.in_navigation and level_of(actor, spec.key, "create") > Level.NONE
    ]
    return [action for action in actions if fold(text) in fold(str(action["title"]))] or (actions if not text else [])


def _places(actor: Actor, text: str) -> list[dict[str, Any]]:
    groups = navigation.menu(actor, "") + navigation.settings_menu(actor, "")
    places = [item for group in groups for item in group["items"]]
    return [place for place in places if fold(text) in fold(str(place["label"]))]
