"""The page about oneself: name, language, time zone, theme, keys; and a new password."""

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.core.errors import Invalid, TooMany
from rapport.ui import navigation
from rapport.ui.rendering import flash, render
from rapport.workspace import mail, throttle
from rapport.workspace.actions.accounts import ask_for_email
from rapport.workspace.actions.users import NewPassword, Profile, change_profile, get_user, set_password
from rapport.workspace.confirming import confirmed, is_proven, is_without_proof, prove, to_confirm
from rapport.workspace.screens.frame import Errors, actor_of, problems
from rapport.workspace.screens.look import in_the_theme_of
from rapport.workspace.screens.security import page as security_page
from rapport.workspace.screens.zones import zones
from rapport.workspace.signing_in import LINK_KEY, just_used_a_link, local_path


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Shows and saves the profile."""
    if request.method != "POST":
        return page(request)
    wanted = Profile(
        name=request.POST.get("name", ""),
        language=request.POST.get("language", ""),
        time_zone=request.POST.get("time_zone", ""),
        theme=request.POST.get("theme", ""),
        has_keys=request.POST.get("has_keys") == "1",
    )
    try:
        user = change_profile(actor_of(request), wanted)
    except Invalid as invalid:
        return page(request, wanted, problems(invalid), status=invalid.status)
    translation.activate(user.language)
    flash(request, _("Your profile was saved."))
    return in_the_theme_of(user, HttpResponseRedirect("/profile", status=303))


@require_POST
@confirmed("/profile")
def email(request: HttpRequest) -> HttpResponse:
    """Sends a link to a new address; it is the name for signing in once that is opened."""
    wanted = request.POST.get("email", "")
    try:
        if not mail.can_send():
            raise Invalid({"email": [_("This workspace sends no e-mails. Ask an administrator to change yours.")]})
        sent = ask_for_email(actor_of(request), wanted)
    except Invalid as invalid:
        return page(request, None, problems(invalid), status=invalid.status)
    if sent:
        flash(request, _("Open the link in the e-mail that we sent to the new address."))
    else:
        flash(request, _("The e-mail could not be sent. Nothing has changed; try again later."), tone="red")
    return HttpResponseRedirect("/profile", status=303)


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Sets a new password: this session goes on, all others of the user end."""
    actor = actor_of(request)
    user = get_user(actor.user_id or 0)
    if not user.has_usable_password() and not is_proven(request) and not is_without_proof(user):
        return to_confirm("/profile/security")
    new = NewPassword(
        request.POST.get("password", ""), request.POST.get("current", ""), proven=just_used_a_link(request)
    )
    try:
        tries = throttle.begin([throttle.subject("password", str(actor.user_id))])
        if new.password != request.POST.get("again", ""):
            throttle.take_back(tries)
            raise Invalid({"again": [_("The two do not match. Type the new password again.")]})
        try:
            user = set_password(actor, actor.user_id or 0, new)
        except Invalid as invalid:
            if "current" not in invalid.errors:
                throttle.take_back(tries)
            raise
    except (Invalid, TooMany) as refused:
        response = security_page(request, problems(refused), status=refused.status)
        if isinstance(refused, TooMany):
            response.headers["Retry-After"] = str(refused.seconds)
        return response
    throttle.take_back(tries)
    update_session_auth_hash(request, user)
    request.session.pop(LINK_KEY, None)
    flash(request, _("Your password was changed. Everywhere else you are signed out."))
    prove(request)
    return HttpResponseRedirect(local_path(request.POST.get("next") or "/profile/security"), status=303)


def page(
    request: HttpRequest,
    wanted: Profile | None = None,
    errors: Errors | None = None,
    *,
    is_index: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; ``is_index``: on a phone the list of the settings instead."""
    user = get_user(actor_of(request).user_id or 0)
    context = {
        "values": wanted or Profile(user.name, user.language, user.time_zone, user.theme, user.has_keys),
        "email": user.email,
        "wanted_email": request.POST.get("email", ""),
        "can_send": mail.can_send(),
        "role": user.role.shown,
        "team": user.team.name if user.team else "",
        "errors": errors or {},
        "languages": settings.LANGUAGES,
        "zones": zones(),
        "themes": [("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        "is_index": is_index,
        "settings_groups": navigation.settings_menu(actor_of(request), "/profile"),
    }
    return render(request, "settings/profile.html", context, status=status)
