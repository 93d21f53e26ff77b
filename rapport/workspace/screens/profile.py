"""The page about oneself: name, language, time zone, theme, password."""

from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.core.errors import Invalid, TooMany
from rapport.lib import clock
from rapport.ui.rendering import THEME_COOKIE, THEMES, flash, render
from rapport.workspace import throttle
from rapport.workspace.actions.links import LASTS
from rapport.workspace.actions.users import NewPassword, Profile, change_profile, get_user, set_password
from rapport.workspace.screens.frame import Errors, actor_of, problems
from rapport.workspace.signing_in import LINK_KEY

_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Shows and saves the profile."""
    if request.method != "POST":
        return _page(request)
    wanted = Profile(*(request.POST.get(key, "") for key in ("name", "language", "time_zone")))
    try:
        user = change_profile(actor_of(request), wanted)
    except Invalid as invalid:
        return _page(request, wanted, problems(invalid), status=invalid.status)
    translation.activate(user.language)
    flash(request, _("Your profile was saved."))
    response = HttpResponseRedirect("/profile", status=303)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        secure = bool(settings.SESSION_COOKIE_SECURE)
        response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="Lax", secure=secure)
    elif theme == "":
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Sets a new password: this session goes on, all others of the user end."""
    actor = actor_of(request)
    new = NewPassword(
        request.POST.get("password", ""), request.POST.get("current", ""), proven=_just_used_a_link(request)
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
        response = _page(request, None, problems(refused), status=refused.status)
        if isinstance(refused, TooMany):
            response.headers["Retry-After"] = str(refused.seconds)
        return response
    throttle.take_back(tries)
    update_session_auth_hash(request, user)
    request.session.pop(LINK_KEY, None)
    flash(request, _("Your password was changed. Everywhere else you are signed out."))
    return HttpResponseRedirect("/profile", status=303)


def _just_used_a_link(request: HttpRequest) -> bool:
    """Whether this session began with a sign-in link a few minutes ago: then nobody asks for the old password."""
    at = request.session.get(LINK_KEY)
    return at is not None and 0 <= clock.now().timestamp() - at < LASTS.total_seconds()


def _page(
    request: HttpRequest, wanted: Profile | None = None, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    user = get_user(actor_of(request).user_id or 0)
    context = {
        "values": wanted or Profile(user.name, user.language, user.time_zone),
        "email": user.email,
        "role": user.role.name,
        "team": user.team.name if user.team else "",
        "errors": errors or {},
        "languages": settings.LANGUAGES,
        "zones": _zones(),
        "ask_current": user.has_usable_password() and not _just_used_a_link(request),
        "has_password": user.has_usable_password(),
    }
    return render(request, "settings/profile.html", context, status=status)


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by continent, as the options of a select; UTC first."""
    groups: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(available_timezones()):
        area, _slash, place = name.partition("/")
        if place and area not in ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"):
            groups.setdefault(area, []).append((name, place.replace("_", " ")))
    return list(groups.items())
