"""Between the first proof (password, link) and the session: the second factor, where the user has one.

Until it is given nobody is signed in: the session of the browser holds only who has passed the first step and when.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.audit.notes import note
from rapport.lib import clock
from rapport.lib.tokens import same
from rapport.workspace import throttle
from rapport.workspace.actions.factors import has_factor, must_have_factor, use_code, use_totp
from rapport.workspace.signing_in import open_session
from rapport.workspace.webauthn import signed

LASTS = timedelta(minutes=10)
PAGE = "/sign-in/second"
SET_UP = "/profile/security"
PURPOSE = "second"
_KEY = "first_step"
_FACTOR_KEY = "has_factor"
# What somebody without the factor that is asked of them may open.
_OPEN = (SET_UP, "/sign-out", "/confirm", "/brand.css", "/static/", "/sign-in", "/profile/theme")


@dataclass(frozen=True)
class FirstStep:
    """Who has passed the first step, how, and where they wanted to go."""

    user: User
    how: str
    after: str


def enter(request: HttpRequest, user: User, how: str, after: str = "/", *, is_strong: bool = False) -> str:
    """Signs in, or asks for the second factor first; where to go. ``is_strong``: somebody else has asked for one."""
    if is_strong or not has_factor(user.pk):
        open_session(request, user, how)
        if is_strong:
            request.session[_FACTOR_KEY] = True
        return after
    request.session.flush()
    request.session.set_expiry(LASTS)
    request.session[_KEY] = {
        "user": user.pk, "how": how, "after": after, "at": clock.now().timestamp(),
        "state": user.get_session_auth_hash(),
    }  # fmt: skip
    return PAGE


def first_step(request: HttpRequest) -> FirstStep | None:
    """Who waits for the second step in this browser. None: nobody, too long ago, or the password has changed since."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or not 0 <= clock.now().timestamp() - kept["at"] <= LASTS.total_seconds():
        return None
    user = User.objects.select_related("role", "team").filter(pk=kept["user"], is_active=True).first()
    if user is None or not same(kept["state"], user.get_session_auth_hash()):
        return None
    return FirstStep(user, kept["how"], kept["after"])


def give(request: HttpRequest, step: FirstStep, *, code: str = "", recovery: str = "", passkey: str = "") -> bool:
    """The second step: signs in when the factor is right. TooMany after ten wrong ones."""
    account = throttle.subject("factor", str(step.user.pk))
    address = throttle.client_address(request)
    tries = throttle.begin([account, throttle.subject("address", address)])
    which = _which(request, step.user, code, recovery, passkey)
    if not which:
        note(Actor.of(step.user), "user.factor_failed", {"user": step.user.pk, "address": address})
        return False
    throttle.take_back(tries)
    throttle.forgive(account)
    request.session.flush()
    open_session(request, step.user, f"{step.how}+{which}")
    return True


def _which(request: HttpRequest, user: User, code: str, recovery: str, passkey: str) -> str:
    if passkey:
        return "passkey" if signed(user, request.POST.get("ticket", ""), passkey, purpose=PURPOSE) else ""
    if recovery:
        return "code" if use_code(user, recovery[:100]) else ""
    return "app" if use_totp(user, code[:20]) else ""


class FactorDemanded:
    """Middleware: who must have a second factor and has none is led to where one is set up, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not request.path.startswith(_OPEN) and _lacks_factor(request, user):
            if request.headers.get("HX-Request") == "true":
                response = HttpResponse(status=403)
                response.headers["HX-Redirect"] = SET_UP
                return response
            return HttpResponseRedirect(SET_UP, status=303)
        return self.get_response(request)


def _lacks_factor(request: HttpRequest, user: User) -> bool:
    if not must_have_factor(user) or request.session.get(_FACTOR_KEY):
        return False
    if not has_factor(user.pk):
        return True
    request.session[_FACTOR_KEY] = True  # so that it is asked once for each session; losing the last factor ends it
    return False
