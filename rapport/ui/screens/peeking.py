"""A look at a record beside the list: what stands out, its facts, and what happened last."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.may import find_record
from rapport.core.fields import Field
from rapport.core.fields.cell import EMPTY
from rapport.core.objects import registry
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.reading import timeline
from rapport.lib import clock
from rapport.lib.dates import format_date
from rapport.ui.cells import avatar, draw
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

_MOST_ENTRIES = 6
_MOST_FACTS = 14


def peek_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the panel. ``in`` is the list it is opened from, for the link to the whole page."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    fields = [field for field in readable_fields(actor, spec).values() if field.control != "none"]
    (row,) = fetch(spec, [record_id], fields)
    show_seen(actor, fields, [row.values])
    title = instance.title or _("No name")
    picture = row.values.get(spec.picture)
    context = {
        "spec": spec,
        "record": instance,
        "title": title,
        "mark": avatar(title, spec.mark, "lg", picture.image_url if picture else ""),
        "byline": spec.byline(row.values) if spec.byline else "",
        "highlights": [(tile.label, draw(tile.cell(actor, instance)))
                       for tile in registry.contributions(spec.key).highlights],
        "facts": _facts(actor, fields, row.values),
        "entries": _entries(actor, spec, instance),
    }  # fmt: skip
    return render(request, "list/peek.html", context, fragment="peek")


def _facts(actor: Actor, fields: list[Field], values: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What is known, without what another fact says already."""
    locale = locale_of(actor)
    told = []
    for field in fields:
        doubled = any(values.get(other) for other in field.repeats) and len(values.get(field.key) or ()) < 2
        cell = EMPTY if doubled else field.cell(values[field.key], locale)
        if cell is not EMPTY and cell.text:
            told.append((field.label, draw(cell)))
    return told[:_MOST_FACTS]


def _entries(actor: Actor, spec: ObjectSpec, instance: Any) -> list[dict[str, Any]]:
    zone = clock.zone_named(actor.time_zone)
    return [
        {
            "entry": entry,
            "heading": entry.heading[:1].upper() + entry.heading[1:],
            "iso": entry.at.isoformat(),
            "day": format_date(entry.at.astimezone(zone).date(), actor.language),
        }
        for entry in timeline(actor, spec, instance, size=_MOST_ENTRIES)
    ]
