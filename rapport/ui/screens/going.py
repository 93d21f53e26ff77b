"""Where a form leads back to when it is sent without JavaScript."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.ui.screens.asking import parts_of_address


def is_own_path(path: str) -> bool:
    """Whether a path leads to a page of ours when it is sent alone: what begins with two strokes is another machine."""
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def back_to(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form stood on, if that was one of ours; else to ``otherwise``."""
    referer = request.headers.get("Referer", "")
    parts = parts_of_address(referer)
    if not is_own_path(parts.path) or not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return HttpResponseRedirect(otherwise)
    return HttpResponseRedirect(parts.path + (f"?{parts.query}" if parts.query else ""))
