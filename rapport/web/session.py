"""Who this browser is signed in as, for pages that were open for long, and for what waited to be sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from rapport.ui.rendering import render


def stamp(user_id: int | None) -> str:
    """What stands for a user in the browser: always the same, and without the house's secret nobody's."""
    return salted_hmac("rapport.web.session", str(user_id)).hexdigest()[:20]


@login_not_required
@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """GET ``/session``: ``{"user", "csrf"}``, both empty for nobody. The token goes with what is sent next."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return JsonResponse({"user": "", "csrf": ""})
    return JsonResponse({"user": stamp(actor.user_id), "csrf": get_token(request)})


@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """GET ``/signed-in``: where signing in leads that was asked for by a page in another tab."""
    return render(request, "signed_in.html")
