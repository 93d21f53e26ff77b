"""Asking again who sits here, before something that would let a thief stay: factors, codes, e-mail, sign-in."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from rapport.lib import clock
from rapport.workspace.signing_in import PROVEN_KEY

LASTS = timedelta(minutes=10)
PURPOSE = "confirm"
View = Callable[..., HttpResponse]


def is_proven(request: HttpRequest) -> bool:
    """Whether password, code or passkey were given in this session within the last ten minutes."""
    at = request.session.get(PROVEN_KEY)
    return at is not None and 0 <= clock.now().timestamp() - at < LASTS.total_seconds()


def prove(request: HttpRequest) -> None:
    """They were given now."""
    request.session[PROVEN_KEY] = clock.now().timestamp()


def to_confirm(page: str) -> HttpResponse:
    """The way over the question and back to a page."""
    return HttpResponseRedirect(f"/confirm?next={quote(page, safe='/')}", status=303)


def confirmed(page: str) -> Callable[[View], View]:
    """Lets nobody through who was not asked lately; they come back to ``page``, or to the page they wanted to look at.

    Nothing of a form that was sent is kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            if is_proven(request):
                return view(request, **parts)
            return to_confirm(page if request.method == "POST" else request.path)

        return guarded

    return decorate
