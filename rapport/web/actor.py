"""Makes the actor of each request, and speaks its language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from rapport.accounts.actor import Actor


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
        else:
            translation.activate(translation.get_language_from_request(request))
        try:
            return self.get_response(request)
        finally:
            translation.deactivate()
