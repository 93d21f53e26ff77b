"""What the frame of every signed-in page shows: workspace, navigation, the user, what can be created."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.access.levels import Level, level_of
from rapport.core.access.special import may_right
from rapport.core.notices.reading import unread_count
from rapport.core.objects import registry
from rapport.lib.date_words import time_of_day
from rapport.lib.text import hue, initials
from rapport.lib.wording import inside
from rapport.ui import navigation
from rapport.ui.notice_lines import on_bell
from rapport.web import tour
from rapport.web.app_icon import theme_colour
from rapport.web.session import stamp
from rapport.workspace.staff import may_open


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``, made only where a template asks for it."""
    build: Callable[[], dict[str, Any]] = lambda: _shell(request)  # noqa: E731
    brand = workspace.current().hue
    return {
        "shell": SimpleLazyObject(build),
        "brand_url": f"/brand.css?v={brand}",
        "app_hue": brand,
        "app_colour": theme_colour(brand),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return {
            "workspace": workspace.current().name,
            "logo": workspace.current().logo,
            "groups": [],
            "user": None,
            "can_settings": False,
            "quick": [],
            "bell": "",
        }
    groups = navigation.menu(actor, request.path)
    quick = [
        {
            "label": _("New %(label)s") % {"label": inside(spec.label)},
            "icon": spec.icon,
            "url": f"/{spec.path}/{spec.new_page}",
        }
        for spec in registry.every()
        if spec.in_navigation and level_of(actor, spec.key, "create") > Level.NONE
    ]
    return {
        "workspace": workspace.current().name,
        "logo": workspace.current().logo,
        "sample": actor.all_rights and bool(workspace.current().sample) and not workspace.current().is_sample_kept,
        "tour": tour.card(request, actor) if "tour" in request.GET else None,
        "groups": groups,
        "user": {
            "name": actor.name,
            "initials": initials(actor.name),
            "hue": hue(actor.name),
            "stamp": stamp(actor.user_id),
        },
        "looks_on": actor.looks_on,
        "staff": time_of_day(until, actor.time_zone, actor.language) if (until := _staff_until(request)) else "",
        "may_open_staff": not actor.looks_on and not actor.in_staff and may_open(request.user),  # type: ignore[arg-type]
        "can_settings": not actor.looks_on and any(may_right(actor, key) for key in ("audit", "shape", "users")),
        "keys_on": "on" if request.user.has_keys else "off",  # type: ignore[union-attr]
        "bell": on_bell(unread_count(actor)),
        "quick": quick,
        "writing": _writing(),
        "tabs": _tabs(groups),
        "settings_groups": navigation.settings_menu(actor, request.path),
    }


def _staff_until(request: HttpRequest) -> datetime | None:
    until: datetime | None = getattr(request, "staff_until", None)
    return until


def _writing() -> list[dict[str, Any]]:
    """What can be written on a record, for the sheet of a phone: whom it is about is chosen next."""
    seen: dict[str, dict[str, Any]] = {}
    for spec in registry.every():
        for composer in registry.contributions(spec.key).composers if spec.in_navigation else ():
            line = {"key": composer.key, "label": composer.label, "icon": composer.icon, "url": f"/{spec.path}"}
            seen.setdefault(composer.key, line)
    return list(seen.values())


def _tabs(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The three places in the bar of a phone: Home, the first kind of record, and tasks where there are any."""
    items = [item for group in groups for item in group["items"]]
    first = [item for item in items if item["url"] == "/"]
    kinds = [item for item in items if item["url"] in {f"/{spec.path}" for spec in registry.every()}]
    tasks = [item for item in items if item["url"] == "/tasks"]
    others = [item for item in kinds if item not in tasks]
    return [*first[:1], *others[:1], *(tasks or others[1:])[:1]]
