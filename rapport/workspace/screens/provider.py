"""Going to the provider of single sign-on, and coming back."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.core.errors import TooMany
from rapport.lib import vault
from rapport.ui.rendering import render
from rapport.workspace import oidc, provider, second_step, throttle
from rapport.workspace.screens.look import in_the_theme_of
from rapport.workspace.screens.signing import later
from rapport.workspace.signing_in import local_path

COOKIE = "rapport_way"
_PATH = "/sign-in/provider"
log = logging.getLogger(__name__)


@login_not_required
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """To the provider. Nothing is written down: what must come back stands in a cookie."""
    row = provider.current()
    if row is None:
        return HttpResponseRedirect("/sign-in", status=303)
    try:
        way = oidc.way(provider.client_of(row), local_path(request.GET.get("next", "")))
    except (oidc.Failed, vault.CannotUnlock) as failed:
        return _failed(request, failed, _("The sign-in service does not answer. Try again later."))
    response = HttpResponseRedirect(way.url, status=302)
    response.set_cookie(
        COOKIE, way.cookie, max_age=oidc.LASTS, path=_PATH, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Back from the provider, with a code that says who it is."""
    row = provider.current()
    if row is None:
        return HttpResponseRedirect("/sign-in", status=303)
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        tries = throttle.begin([throttle.subject("provider-address", throttle.client_address(request))])
    except TooMany as refused:
        return later(_refused(request, refused.message, refused.status), refused)
    try:
        claims = oidc.came_back(provider.client_of(row), cookie, request.GET.dict())
    except (oidc.Failed, vault.CannotUnlock) as failed:
        return _without_cookie(_failed(request, failed, _("The sign-in did not work. Begin again.")))
    user = provider.account_of(row, claims)
    if user is None:
        sentence = _("There is no account for you here. Ask an administrator to invite you under the same e-mail.")
        return _without_cookie(_refused(request, sentence, 403))
    throttle.take_back(tries)
    provider.worked(row)
    to = second_step.enter(request, user, "provider", local_path(claims.after), is_strong=row.asks_factor)
    return _without_cookie(in_the_theme_of(user, HttpResponseRedirect(to, status=303)))


def _failed(request: HttpRequest, failed: Exception, sentence: str) -> HttpResponse:
    log.warning("Single sign-on failed: %s", failed if isinstance(failed, oidc.Failed) else type(failed).__name__)
    return _refused(request, sentence, 422)


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "sign_in_refused.html", {"sentence": sentence}, status=status)


def _without_cookie(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=_PATH, samesite="Lax")
    return response
