"""Makes the actor of each request, speaks its language, and pins the fields that objects have at its beginning."""

from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from rapport.accounts.actor import Actor
from rapport.accounts.sessions import seen
from rapport.core.definitions import loading as definitions
from rapport.core.fields.snapshot import latest, pinned
from rapport.ui.addressing import asked_by_nobody
from rapport.ui.screens.asking import parts_of_address
from rapport.ui.screens.going import is_own_path
from rapport.workspace.staff import open_until


class ActorMiddleware:
    """Sets ``request.actor`` for a signed-in user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.get_response(request)
        user = request.user
        if user.is_authenticated:
            request.staff_until = until = open_until(request, user)  # type: ignore[attr-defined]
            request.actor = Actor.of(user, in_staff=until is not None)  # type: ignore[attr-defined]
            translation.activate(user.language)
            seen(request.session)
            fields = definitions.at(definitions.version_of(request.session))
        else:
            translation.activate(translation.get_language_from_request(request))
            fields = latest()
        try:
            with pinned(fields), nullcontext() if user.is_authenticated else asked_by_nobody():
                response = self.get_response(request)
            if not _sent_to_sign_in(request, response):
                return response
            part = request.headers.get("HX-Request") == "true"
            return signed_out(response) if part else _not_saved(request, response)
        finally:
            translation.deactivate()


def _sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith(f"{settings.LOGIN_URL}?")


def _not_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A form that was posted without a session saved nothing: the page for signing in says so, and leads back."""
    if request.method == "POST":
        came_from = parts_of_address(request.headers.get("Referer", ""))
        back = came_from.path if came_from.netloc == request.get_host() and is_own_path(came_from.path) else "/"
        response.headers["Location"] = f"{settings.LOGIN_URL}?{urlencode({'next': back, 'unsaved': 1})}"
    return response


def signed_out(_redirect: HttpResponse) -> HttpResponse:
    """For a part of a page whose session has ended: the page keeps what was typed and asks to sign in again."""
    return HttpResponse(status=401, headers={"X-Session": "ended"})
