"""Home: what to do now. Today it shows the way in; later rooms add their parts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.fields import Moment
from rapport.core.mentions.reading import mentions_of
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.cells import avatar, draw
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

LATEST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET ``/``: the records with the latest activity, and the ways to begin."""
    actor = actor_of(request)
    specs = [spec for spec in registry.every() if spec.in_navigation and level_of(actor, spec.key, "view") > Level.NONE]
    parts = [{"spec": spec, "rows": _latest(actor, spec)} for spec in specs]
    may_import = any(level_of(actor, spec.key, "import") > Level.NONE for spec in specs)
    context = {"parts": parts, "may_import": may_import, "actor": actor, "mentions": _mentions(actor)}
    return render(request, "home.html", context)


def _mentions(actor: Actor) -> list[dict[str, Any]]:
    """The latest mentions of the actor, as the page shows them."""
    moments, locale = Moment("at", ""), locale_of(actor)
    return [
        {"told": told, "mark": avatar(told.by, "person", "md"), "when": draw(moments.cell(told.at, locale))}
        for told in mentions_of(actor)
    ]


def _latest(actor: Actor, spec: ObjectSpec) -> list[dict[str, Any]]:
    fields = readable_fields(actor, spec)
    second = [fields[key] for key in spec.phone_columns[:1] if key in fields]
    last = [fields[key] for key in ("last_activity_at",) if key in fields]
    locale = locale_of(actor)
    rows = list_page(actor, spec, ListQuery(size=LATEST), second + last).rows
    return [
        {
            "url": f"/{spec.path}/{row.id}",
            "title": row.title,
            "mark": avatar(row.title, "company" if spec.key == "company" else "person", "md"),
            "detail": " · ".join(field.brief(row.values[field.key], locale).text for field in second),
            "aside": draw(last[0].brief(row.values[last[0].key], locale)) if last else "",
        }
        for row in rows
    ]
