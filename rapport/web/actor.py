"""Makes the actor of each request, and speaks its language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.sessions import seen
from rapport.ui.rendering import toast


class ActorMiddleware:
    """Sets ``request.actor`` for a signed-in user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.get_response(request)
        user = request.user
        if user.is_authenticated:
            request.actor = Actor.of(user)  # type: ignore[attr-defined]
            translation.activate(user.language)
            seen(request.session)
        else:
            translation.activate(translation.get_language_from_request(request))
        try:
            response = self.get_response(request)
            return signed_out(response) if _sent_to_sign_in(request, response) else response
        finally:
            translation.deactivate()


def _sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    part = request.headers.get("HX-Request") == "true"
    return part and response.status_code == 302 and response.headers["Location"].startswith(settings.LOGIN_URL)


def signed_out(_redirect: HttpResponse) -> HttpResponse:
    """For a part of a page whose session has ended: says so and leaves the page, and what was typed, alone."""
    response = HttpResponse(status=401)
    toast(response, _("You are signed out. Sign in again in another tab, then send this once more."), tone="red")
    return response
