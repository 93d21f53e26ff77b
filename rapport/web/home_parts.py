"""The parts of home that belong to no package: what the user was told, and the latest records."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.fields import Moment
from rapport.core.mentions.reading import mentions_of
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui import home
from rapport.ui.cells import avatar, draw

LATEST = 8


def add_parts() -> None:
    """Adds them."""
    home.add(home.HomePart("mentions", _("Mentions"), 40, "home/mentions.html", _mentions))
    home.add(home.HomePart("recent", _("Recent records"), 90, "home/recent.html", _recent, is_beside=True))


def _mentions(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    moments, locale = Moment("at", ""), locale_of(actor)
    lines = [
        {"told": told, "mark": avatar(told.by, "person", "md"), "when": draw(moments.cell(told.at, locale))}
        for told in mentions_of(actor)
    ]
    return {"lines": lines} if lines else None


def _recent(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    specs = [spec for spec in registry.every() if spec.in_navigation and level_of(actor, spec.key, "view") > Level.NONE]
    may_import = any(level_of(actor, spec.key, "import") > Level.NONE for spec in specs)
    return {"groups": [{"spec": spec, "rows": _latest(actor, spec)} for spec in specs], "may_import": may_import}


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
