"""The colour of the workspace, as a style sheet of one rule that every page links, and its logo."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.accounts import workspace
from rapport.core.errors import NotFound
from rapport.workspace.actions import logos

# A picture that runs nothing, whatever a browser should take it for.
_POLICY = "sandbox; default-src 'none'"


@login_not_required
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """``:root{--hue:…}``. The address carries the hue (``?v=``), so browsers may keep the answer to it for ever."""
    hue = workspace.current().hue
    kept = "public, max-age=31536000, immutable" if request.GET.get("v") == str(hue) else "public, max-age=60"
    response = HttpResponse(f":root{{--hue:{hue}}}\n", content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = kept
    return response


@login_not_required
@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """The picture. The address carries its digest (``?v=``), so browsers may keep the answer to it for ever."""
    found = logos.current()
    if found is None:
        raise NotFound(_("This workspace has no logo."))
    kept = "public, max-age=31536000, immutable" if request.GET.get("v") == found.digest else "public, max-age=60"
    response = HttpResponse(bytes(found.content), content_type=found.kind)
    response.headers["Cache-Control"] = kept
    response.headers["Content-Security-Policy"] = _POLICY
    return response
