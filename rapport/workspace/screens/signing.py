"""Pages for people who are not signed in: sign in by password or passkey, the second step, and the way out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.accounts import workspace
from rapport.core.errors import TooMany
from rapport.ui.rendering import render
from rapport.workspace import provider, second_step, throttle, webauthn
from rapport.workspace.actions.factors import codes_left
from rapport.workspace.mail import can_send
from rapport.workspace.screens.look import in_the_theme_of
from rapport.workspace.signing_in import check, close_session, local_path, open_session

_SEE_OTHER = 303
PASSKEY = "sign-in"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; then on to ``next``, if that is a page of this house."""
    after = local_path((request.POST if request.method == "POST" else request.GET).get("next", ""))
    if request.method != "POST":
        return HttpResponseRedirect(after) if request.user.is_authenticated else _form(request, after)
    email, password = request.POST.get("email", ""), request.POST.get("password", "")
    try:
        user = check(request, email, password)
    except TooMany as refused:
        return later(_form(request, after, email, refused.message, status=refused.status), refused)
    if user is None:
        return _form(
            request, after, email, _("E-mail and password do not match. Check both and try again."), status=422
        )
    to = second_step.enter(request, user, "password", after)
    return in_the_theme_of(user, HttpResponseRedirect(to, status=_SEE_OTHER))


@login_not_required
@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone: the device has asked for finger, face or PIN, so it is two proofs at once."""
    after = local_path(request.POST.get("next", ""))
    try:
        tries = throttle.begin([throttle.subject("address", throttle.client_address(request))])
    except TooMany as refused:
        return later(_form(request, after, problem=refused.message, status=refused.status), refused)
    answer, ticket = request.POST.get("answer", ""), request.POST.get("ticket", "")
    user = webauthn.signed(None, ticket, answer, purpose=PASSKEY) if webauthn.is_possible() else None
    if user is None:
        sentence = _("This passkey did not open the door. Try again, or sign in with your password.")
        return _form(request, after, problem=sentence, status=422)
    throttle.take_back(tries)
    open_session(request, user, "passkey")
    return in_the_theme_of(user, HttpResponseRedirect(after, status=_SEE_OTHER))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step, after password or link: a code of the app, a passkey or a recovery code."""
    step = second_step.first_step(request)
    if step is None:
        return HttpResponseRedirect("/sign-in", status=_SEE_OTHER)
    if request.method != "POST":
        return _second(request, step)
    given = {key: request.POST.get(key, "") for key in ("code", "recovery")}
    try:
        is_right = second_step.give(request, step, passkey=request.POST.get("answer", ""), **given)
    except TooMany as refused:
        return later(_second(request, step, refused.message, status=refused.status), refused)
    if not is_right:
        return _second(request, step, _("That is not right. Try again with the next code."), status=422)
    return in_the_theme_of(step.user, HttpResponseRedirect(step.after, status=_SEE_OTHER))


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this session."""
    close_session(request)
    return HttpResponseRedirect("/sign-in", status=_SEE_OTHER)


def later(response: HttpResponse, refused: TooMany) -> HttpResponse:
    """Says to the machine, too, when to come back."""
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def _form(request: HttpRequest, after: str, email: str = "", problem: str = "", *, status: int = 200) -> HttpResponse:
    outer = provider.shown()
    context: dict[str, Any] = {
        "next": after,
        "email": email,
        "problem": problem,
        "has_passwords": workspace.current().has_passwords,
        "passkey": webauthn.ask_to_sign(None, purpose=PASSKEY) if webauthn.is_possible() else None,
        "provider": outer,
        "can_send": can_send(),
        "done": request.GET.get("done", ""),
    }
    return render(request, "sign_in.html", context, status=status)


def _second(request: HttpRequest, step: second_step.FirstStep, problem: str = "", *, status: int = 200) -> HttpResponse:
    keys = step.user.passkeys.exists() and webauthn.is_possible()
    recovery = "recovery" in request.POST or request.GET.get("by") == "recovery"
    context = {
        "problem": problem,
        "email": step.user.email,
        "has_app": hasattr(step.user, "totp"),
        "passkey": webauthn.ask_to_sign(step.user, purpose=second_step.PURPOSE) if keys else None,
        "by_recovery": recovery,
        "has_codes": codes_left(step.user) > 0,
        "site": settings.BASE_URL,
    }
    return render(request, "sign_in_second.html", context, status=status)
