"""The command palette: records, things to create and places, in one list from the server."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, readable_fields
from rapport.core.access.pages import fetch
from rapport.core.fields import ChildField
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.search.searching import Hit, search_all
from rapport.lib.text import fold
from rapport.lib.wording import inside
from rapport.ui import navigation
from rapport.ui.cells import avatar
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

MOST_RECORDS = 5  # of one kind that the navigation names
LEAST_FOR_PLACES = 3  # letters, before a place goes ahead of the records
MOST_OTHERS = 3  # of a kind that is seen on other records: notes, calls


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """GET the lines for ``q``; without it what can be created, and the places. ``>`` leaves the records out."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    is_command = text.startswith(">")
    text = text.removeprefix(">").strip()
    actions, places = _actions(actor, text), _places(actor, text)
    context = {
        "groups": _groups(actor, text) if text and not is_command else [],
        "actions": actions,
        "places": places,
        "places_first": _is_named(text, [str(line.get("title") or line["label"]) for line in (*places, *actions)]),
    }
    return render(request, "palette.html", context)


def _is_named(text: str, labels: list[str]) -> bool:
    """True where a place or an action begins with what was typed: then it is likelier meant than a record."""
    return len(text) >= LEAST_FOR_PLACES and any(fold(label).startswith(fold(text)) for label in labels)


def _groups(actor: Actor, text: str) -> list[dict[str, Any]]:
    """The best hits of each kind of object, under its name."""
    limits = {spec.key: MOST_RECORDS if spec.in_navigation else MOST_OTHERS for spec in registry.every()}
    groups = []
    for kind, hits in search_all(actor, text, limits).items():
        spec = registry.get(kind)
        bylines = _bylines(actor, spec, hits)
        lines = [_line(spec, hit, bylines.get(hit.id, ""), text) for hit in hits]
        groups.append({"key": kind, "label": spec.plural, "lines": lines})
    return groups


def _bylines(actor: Actor, spec: ObjectSpec, hits: Sequence[Hit]) -> dict[int, str]:
    """What tells records of one name apart, made of the fields that the actor may see. One query."""
    if spec.byline is None:
        return {}
    readable = [field for field in readable_fields(actor, spec).values() if not isinstance(field, ChildField)]
    return {row.id: str(spec.byline(row.values)) for row in fetch(spec, [hit.id for hit in hits], readable)}


def _line(spec: ObjectSpec, hit: Hit, byline: str, text: str) -> dict[str, Any]:
    """A hit as the palette shows it: with an avatar where the kind has one, else with the kind's icon."""
    picture = avatar(hit.title, spec.mark, "xs") if spec.in_navigation else ""
    icon = "" if picture else spec.icon
    title, sub = _marked(hit.title, text), _marked(byline, text)
    return {"url": f"/{spec.path}/{hit.id}", "title": title, "sub": sub, "mark": picture, "icon": icon}


def _marked(shown: str, text: str) -> Markup:
    """The text with what was typed in <mark>, once in each word."""
    typed = sorted((part for part in fold(text).split()), key=len, reverse=True)
    words = []
    for word in shown.split(" "):
        folded = fold(word)
        # Where folding changes the length (ß, ligatures) places in both do not agree.
        part = next((part for part in typed if part in folded and len(folded) == len(word)), "")
        start = folded.find(part)
        end = start + len(part)
        marked = Markup("{}<mark>{}</mark>{}").format(word[:start], word[start:end], word[end:])
        words.append(marked if part else escape(word))
    return Markup(" ").join(words)


def _actions(actor: Actor, text: str) -> list[dict[str, Any]]:
    """What can be created; once something is typed also what can be taken out."""
    shown = [spec for spec in registry.every() if spec.in_navigation]
    making = [
        {"url": f"/{spec.path}/new", "title": _("New %(label)s") % {"label": inside(spec.label)}, "icon": "plus"}
        for spec in shown
        if level_of(actor, spec.key, "create") > Level.NONE
    ]
    if not text:
        return making
    taking = [
        {
            "url": f"/{spec.path}/export",
            "title": _("Export %(plural)s") % {"plural": inside(spec.plural)},
            "icon": "download",
        }
        for spec in shown
        if level_of(actor, spec.key, "export") > Level.NONE
    ]
    return [action for action in making + taking if fold(text) in fold(str(action["title"]))]


def _places(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Places by their names; the pages of the settings also by the word “Settings”, which stands beside each."""
    word = _("Settings")
    places = [{**item, "detail": ""} for group in navigation.menu(actor, "") for item in group["items"]]
    settings = [{**item, "detail": word} for group in navigation.settings_menu(actor, "") for item in group["items"]]
    return [
        place
        for place in places + settings
        if fold(text) in fold(str(place["label"])) or (place["detail"] and fold(word).startswith(fold(text)))
    ]
