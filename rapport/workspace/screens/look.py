"""Light or dark: kept with the account, and in a cookie so that pages before signing in are drawn in it, too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rapport.accounts.models import User
from rapport.ui.rendering import THEME_COOKIE, THEMES
from rapport.workspace.screens.frame import actor_of

_YEAR = 365 * 24 * 3600


def in_the_theme_of(user: User, response: HttpResponse) -> HttpResponse:
    """The answer, which tells this browser the theme of the user's account."""
    if user.theme in THEMES:
        secure = bool(settings.SESSION_COOKIE_SECURE)
        response.set_cookie(THEME_COOKIE, user.theme, max_age=_YEAR, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps what the button in the sidebar was switched to."""
    wanted = request.POST.get("theme", "")
    if wanted in ("", *THEMES):
        User.objects.filter(pk=actor_of(request).user_id or 0).update(theme=wanted)
    return HttpResponse(status=204)
