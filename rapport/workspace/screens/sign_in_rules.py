"""Settings: how people sign in."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.models import Role, User
from rapport.core.errors import Conflict, Invalid
from rapport.lib.date_words import format_moment
from rapport.ui.rendering import flash, render
from rapport.workspace.actions.sign_in import SignInRules, change_sign_in, present_rules, rules_state
from rapport.workspace.confirming import is_proven, to_confirm
from rapport.workspace.provider import CALLBACK
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number_or_none, problems

PAGE = "/settings/sign-in"


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_rules(request: HttpRequest) -> HttpResponse:
    """Second factors, single sign-on, passwords."""
    if not is_proven(request):
        return to_confirm(PAGE)
    if request.method != "POST":
        return _page(request)
    texts = {key: request.POST.get(key, "") for key in ("label", "issuer", "client_id", "secret", "domains")}
    rules = SignInRules(
        second_factor=request.POST.get("second_factor", ""),
        has_passwords=request.POST.get("has_passwords") == "1",
        is_on=request.POST.get("is_on") == "1",
        role_id=number_or_none(request.POST.get("role")),
        asks_factor=request.POST.get("asks_factor") == "1",
        **texts,
    )
    try:
        change_sign_in(actor_of(request), rules, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _page(request, replace(rules, secret=""), problems(refused), status=refused.status)
    flash(request, _("The settings were saved."))
    return HttpResponseRedirect(PAGE, status=303)


def _page(
    request: HttpRequest, rules: SignInRules | None = None, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    present, row = present_rules()
    without = User.objects.filter(is_active=True, totp=None, passkeys=None)
    context: dict[str, Any] = {
        "values": rules or present,
        "seen": request.POST.get("seen") or rules_state(present),
        "errors": errors or {},
        "roles": [(str(role.pk), role.shown) for role in Role.objects.all()],
        "has_secret": bool(row.secret),
        "callback": settings.BASE_URL + CALLBACK,
        "worked": format_moment(row.worked_at, actor.time_zone, actor.language) if row.worked_at else "",
        "without_count": without.count(),
        "administrators_without": without.filter(role__is_admin=True).count(),
    }
    return render(request, "settings/sign_in.html", context, status=status)
