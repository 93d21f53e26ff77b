"""“Sign-in and security”: password, authenticator app, passkeys, recovery codes of oneself."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts import workspace
from rapport.accounts.models import User
from rapport.core.errors import Invalid, NotAllowed, Refused
from rapport.lib import qr, totp, vault
from rapport.lib.date_words import format_moment
from rapport.ui.rendering import flash, render
from rapport.workspace import webauthn
from rapport.workspace.actions import factors
from rapport.workspace.actions.users import get_user
from rapport.workspace.confirming import confirmed, is_proven
from rapport.workspace.screens.frame import Errors, actor_of, problems
from rapport.workspace.signing_in import just_used_a_link

PAGE = "/profile/security"
APP = "/profile/security/app"
CODES = "recovery_codes_to_show"


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What one proves with who one is."""
    return page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed(APP)
def app(request: HttpRequest) -> HttpResponse:
    """Connects an authenticator app: a QR code, and the code that the app shows then."""
    user = _user(request)
    purpose = f"totp setup {user.pk}"
    if request.method != "POST":
        return _app(request, user, totp.new_secret(), purpose)
    try:
        secret = vault.unlock(request.POST.get("ticket", ""), purpose)
    except vault.CannotUnlock:
        return HttpResponseRedirect(APP, status=303)
    try:
        codes = factors.add_totp(actor_of(request), secret, request.POST.get("code", "")[:20])
    except Invalid as invalid:
        return _app(request, user, secret, purpose, problems(invalid), status=invalid.status)
    flash(request, _("The authenticator app is connected."))
    return _done(request, codes)


@require_POST
@confirmed(PAGE)
def app_remove(request: HttpRequest) -> HttpResponse:
    """Disconnects the app."""
    try:
        factors.remove_totp(actor_of(request))
    except NotAllowed as refused:
        return page(request, problems(refused), status=refused.status)
    flash(request, _("The authenticator app is disconnected."))
    return HttpResponseRedirect(PAGE, status=303)


@require_POST
@confirmed(PAGE)
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Keeps the passkey that the browser has made."""
    made = webauthn.made(_user(request), request.POST.get("ticket", ""), request.POST.get("answer", ""))
    try:
        if made is None:
            raise Invalid({"": [_("The passkey was not made. Try again.")]})
        codes = factors.add_passkey(actor_of(request), request.POST.get("name", ""), made)
    except Refused as refused:
        return page(request, problems(refused), status=refused.status)
    flash(request, _("The passkey was added."))
    return _done(request, codes)


@require_POST
@confirmed(PAGE)
def passkey_change(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Renames or removes a passkey (``do`` = remove)."""
    try:
        if request.POST.get("do") == "remove":
            factors.remove_passkey(actor_of(request), passkey_id)
            flash(request, _("The passkey was removed. Remove it on the device, too."))
        else:
            factors.rename_passkey(actor_of(request), passkey_id, request.POST.get("name", ""))
    except Refused as refused:
        return page(request, problems(refused), status=refused.status)
    return HttpResponseRedirect(PAGE, status=303)


@require_POST
@confirmed(PAGE)
def codes_new(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes."""
    try:
        return _codes(request, factors.new_codes(actor_of(request)))
    except Invalid as invalid:
        return page(request, problems(invalid), status=invalid.status)


def page(request: HttpRequest, errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    """The page, also for a password that was refused."""
    user, actor = _user(request), actor_of(request)
    keys = [
        {
            "key": key,
            "made": format_moment(key.created_at, actor.time_zone, actor.language),
            "used": format_moment(key.used_at, actor.time_zone, actor.language) if key.used_at else "",
        }
        for key in user.passkeys.all()
    ]
    can_make = webauthn.is_possible()
    has_app = hasattr(user, "totp")
    context: dict[str, Any] = {
        "email": user.email,
        "errors": errors or {},
        "has_password": user.has_usable_password(),
        "has_passwords": workspace.current().has_passwords,
        "ask_current": user.has_usable_password() and not just_used_a_link(request),
        "app_since": format_moment(user.totp.created_at, actor.time_zone, actor.language) if has_app else "",
        "keys": keys,
        "can_make": can_make,
        "proven": is_proven(request),
        "new_key": webauthn.ask_to_make(user) if can_make and is_proven(request) else None,
        "codes_left": factors.codes_left(user),
        "codes_all": factors.CODES,
        "has_factor": has_app or bool(keys),
        "demanded": factors.must_have_factor(user) and not (has_app or keys),
    }
    return render(request, "settings/security.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return get_user(actor_of(request).user_id or 0)


def _done(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _codes(request, codes) if codes else HttpResponseRedirect(PAGE, status=303)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Shown in the answer itself and nowhere kept."""
    return render(request, "settings/recovery_codes.html", {"codes": codes, "text": "\n".join(codes)})


def _app(
    request: HttpRequest, user: User, secret: str, purpose: str, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "drawing": qr.draw(totp.address(secret, user.email, workspace.current().name)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "ticket": vault.lock(secret, purpose),
        "errors": errors or {},
    }
    return render(request, "settings/app.html", context, status=status)
