"""The colour of the workspace, as a style sheet of one rule that every page links."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rapport.accounts import workspace


@login_not_required
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """``:root{--hue:…}``. The address carries the hue (``?v=``), so browsers may keep the answer to it for ever."""
    hue = workspace.current().hue
    kept = "public, max-age=31536000, immutable" if request.GET.get("v") == str(hue) else "public, max-age=60"
    response = HttpResponse(f":root{{--hue:{hue}}}\n", content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = kept
    return response
