"""Where a form leads back to when it is sent without JavaScript."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form stood on, if that was one of ours; else to ``otherwise``."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return HttpResponseRedirect(otherwise)
    parts = urlsplit(referer)
    return HttpResponseRedirect(parts.path + (f"?{parts.query}" if parts.query else ""))
