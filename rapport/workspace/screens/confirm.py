"""The question “Is it you?” before something delicate."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.models import User
from rapport.core.audit.notes import note
from rapport.core.errors import TooMany
from rapport.ui.rendering import render
from rapport.workspace import confirming, throttle, webauthn
from rapport.workspace.actions.factors import use_totp
from rapport.workspace.actions.users import MOST_PASSWORD, get_user
from rapport.workspace.screens.frame import actor_of
from rapport.workspace.screens.signing import later
from rapport.workspace.signing_in import local_path


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Password, code of the app or passkey; then on to ``next``."""
    after = local_path((request.POST if request.method == "POST" else request.GET).get("next", ""))
    user = get_user(actor_of(request).user_id or 0)
    if request.method != "POST":
        return HttpResponseRedirect(after, status=303) if confirming.is_proven(request) else _page(request, user, after)
    try:
        tries = throttle.begin([throttle.subject("password", str(user.pk))])
    except TooMany as refused:
        return later(_page(request, user, after, refused.message, status=refused.status), refused)
    if not _is_right(request, user):
        return _page(request, user, after, _("That is not right. Try again."), status=422)
    throttle.take_back(tries)
    confirming.prove(request)
    note(actor_of(request), "user.confirmed", {"user": user.pk})
    return HttpResponseRedirect(after, status=303)


def _is_right(request: HttpRequest, user: User) -> bool:
    if answer := request.POST.get("answer", ""):
        ticket = request.POST.get("ticket", "")
        return webauthn.signed(user, ticket, answer, purpose=confirming.PURPOSE) is not None
    if code := request.POST.get("code", ""):
        return use_totp(user, code[:20])
    return user.has_usable_password() and user.check_password(request.POST.get("password", "")[: MOST_PASSWORD + 1])


def _page(request: HttpRequest, user: User, after: str, problem: str = "", *, status: int = 200) -> HttpResponse:
    has_keys = webauthn.is_possible() and user.passkeys.exists()
    context = {
        "next": after,
        "problem": problem,
        "email": user.email,
        "has_password": user.has_usable_password(),
        "has_app": hasattr(user, "totp"),
        "is_first": confirming.is_without_proof(user),
        "passkey": webauthn.ask_to_sign(user, purpose=confirming.PURPOSE) if has_keys else None,
    }
    return render(request, "confirm.html", context, status=status)
