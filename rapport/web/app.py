"""Rapport as an app: its manifest and icons, the service worker that keeps the shell, and the page without a net.

All of it is the same for everybody who asks: no name, no record, nothing personal. That alone is kept in the browser.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.accounts import workspace
from rapport.core.objects import registry
from rapport.lib.wording import inside
from rapport.ui.assets import SCRIPTS, SHEETS, asset, sheet_names
from rapport.ui.rendering import render
from rapport.ui.screens.offline import OFFLINE_PAGE, forms
from rapport.web import app_icon

_HOUR = "public, max-age=3600"
_FOR_EVER = "public, max-age=31536000, immutable"
_VENDOR = ("vendor/htmx.min.js", "vendor/inter-latin.woff2", "vendor/icons.svg")


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """GET ``/manifest.webmanifest``: what the app is called and how it looks, for installing it."""
    house = workspace.current()
    icons: list[dict[str, Any]] = [
        {"src": f"/app-icon.svg?v={house.hue}", "sizes": "any", "type": "image/svg+xml"},
        *(_picture(house.hue, size) for size in app_icon.SIZES[1:]),
        {**_picture(house.hue, app_icon.SIZES[-1], "&maskable"), "purpose": "maskable"},
    ]
    shortcuts = [
        {"name": _("New %(label)s") % {"label": inside(spec.label)}, "url": f"/{spec.path}/{spec.new_page}"}
        for spec in registry.declared()
        if spec.in_navigation
    ]
    answer = {
        "name": house.name,
        "short_name": house.name[:12].strip(),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "theme_color": app_icon.theme_colour(house.hue),
        "background_color": "#ffffff",
        "icons": icons,
        "shortcuts": shortcuts[:4],
    }
    response = JsonResponse(answer, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _picture(hue: int, size: int, more: str = "") -> dict[str, str]:
    return {"src": f"/app-icon-{size}.png?v={hue}{more}", "sizes": f"{size}x{size}", "type": "image/png"}


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """GET ``/app-icon.svg``."""
    return _kept(request, app_icon.svg(workspace.current().hue).encode(), "image/svg+xml")


@login_not_required
@require_safe
def picture(request: HttpRequest, size: int) -> HttpResponse:
    """GET ``/app-icon-192.png`` and its other sizes; with ``maskable`` the one without corners."""
    maskable = "maskable" in request.GET or size == app_icon.SIZES[0]  # Apple cuts the corners itself
    return _kept(request, app_icon.png(workspace.current().hue, size, maskable=maskable), "image/png")


def _kept(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    """An answer that browsers keep: for ever under the address that carries the hue, else for an hour."""
    response = HttpResponse(body, content_type=kind)
    is_named = request.GET.get("v") == str(workspace.current().hue)
    response.headers["Cache-Control"] = _FOR_EVER if is_named else _HOUR
    return response


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """GET ``/sw.js``: at the root, so that it watches over every page. Changed as soon as anything it keeps has."""
    shell = _shell(workspace.current().hue)
    page = _offline(request)
    version = hashlib.sha256("\n".join((*shell, page)).encode()).hexdigest()[:16]
    values = json.dumps({"version": version, "shell": [*shell, OFFLINE_PAGE], "offline": OFFLINE_PAGE})
    template = render(request, "sw.js").content.decode()
    response = HttpResponse(f"const KEPT = {values};\n{template}", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=8)
def _shell(hue: int) -> tuple[str, ...]:
    """The addresses of styles, scripts, font and icons."""
    names = (*(name for sheet in SHEETS for name in sheet_names(sheet)), *SCRIPTS, *_VENDOR)
    return (*(asset(name) for name in names), f"/brand.css?v={hue}", f"/app-icon.svg?v={hue}")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """GET ``/offline``: what is shown instead of any page while there is no net, with forms that wait for it."""
    return HttpResponse(_offline(request))


def _offline(request: HttpRequest) -> str:
    # Drawn without asking who looks at it: it is kept in the browser for whoever comes next.
    context = {"forms": forms(), "flashes": (), "csrf_token": "", "theme": "", "folded": (), "keys_on": "on"}
    return render(request, "offline.html", context).content.decode()
