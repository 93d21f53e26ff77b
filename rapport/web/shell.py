"""What the frame of every signed-in page shows: workspace, navigation, the user, what can be created."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.access.levels import Level, level_of
from rapport.core.notices.reading import unread_count
from rapport.core.objects import registry
from rapport.lib.text import hue, initials
from rapport.lib.wording import inside
from rapport.ui import navigation
from rapport.ui.notice_lines import on_bell
from rapport.web.app_icon import theme_colour
from rapport.web.session import stamp


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
            "groups": [],
            "user": None,
            "can_settings": False,
            "quick": [],
            "bell": "",
        }
    quick = [
        {
            "label": _("New %(label)s") % {"label": inside(spec.label)},
            "icon": spec.icon,
            "url": f"/{spec.path}/new",
        }
        for spec in registry.every()
        if spec.in_navigation and level_of(actor, spec.key, "create") > Level.NONE
    ]
    return {
        "workspace": workspace.current().name,
        "groups": navigation.menu(actor, request.path),
        "user": {
            "name": actor.name,
            "initials": initials(actor.name),
            "hue": hue(actor.name),
            "stamp": stamp(actor.user_id),
        },
        "can_settings": actor.all_rights,
        "keys_on": "on" if request.user.has_keys else "off",  # type: ignore[union-attr]
        "bell": on_bell(unread_count(actor)),
        "quick": quick,
        "settings_groups": navigation.settings_menu(actor, request.path),
    }
