"""Asking again who sits here, before something that would let a thief stay: factors, codes, e-mail, sign-in."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from rapport.accounts.models import User
from rapport.lib import clock
from rapport.workspace.signing_in import PROVEN_KEY

LASTS = timedelta(minutes=10)
PURPOSE = "confirm"
View = Callable[..., HttpResponse]


def is_proven(request: HttpRequest) -> bool:
    """Whether password, code or passkey were given in this session within the last ten minutes."""
    at = request.session.get(PROVEN_KEY)
    return at is not None and 0 <= clock.now().timestamp() - at < LASTS.total_seconds()


def is_without_proof(user: User) -> bool:
    """Whether nothing could prove that it is the user: no password, app, passkey, nor account at a provider.

    Their first password is set without being asked, or a first administrator whose link is used up would be locked out.
    """
    if user.has_usable_password() or hasattr(user, "totp"):
        return False
    return not user.passkeys.exists() and not user.provider_accounts.exists()


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
