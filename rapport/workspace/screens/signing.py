"""Pages for people who are not signed in: sign in, sign in by link, and the way out."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.core.errors import TooMany
from rapport.lib import clock
from rapport.ui.rendering import flash, render
from rapport.workspace.actions.links import link_is_good, use_link
from rapport.workspace.signing_in import LINK_KEY, check, close_session, local_path, open_session

_SEE_OTHER = 303


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
        response = _form(request, after, email, refused.message, status=refused.status)
        response.headers["Retry-After"] = str(refused.seconds)
        return response
    if user is None:
        return _form(
            request, after, email, _("E-mail and password do not match. Check both and try again."), status=422
        )
    open_session(request, user, "password")
    return HttpResponseRedirect(after, status=_SEE_OTHER)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening a link only asks: mail scanners open links too. Pressing the button uses it up."""
    if request.method != "POST":
        return render(request, "sign_in_link.html") if link_is_good(token) else _gone(request)
    user = use_link(token)
    if user is None:
        return _gone(request)
    open_session(request, user, "link")
    request.session[LINK_KEY] = clock.now().timestamp()
    if not user.has_usable_password():
        flash(request, _("Set a password in your profile, so that you can sign in without a link."), tone="grey")
    return HttpResponseRedirect("/", status=_SEE_OTHER)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this session."""
    close_session(request)
    return HttpResponseRedirect("/sign-in", status=_SEE_OTHER)


def _form(request: HttpRequest, after: str, email: str = "", problem: str = "", *, status: int = 200) -> HttpResponse:
    context = {"next": after, "email": email, "problem": problem}
    return render(request, "sign_in.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    """The same page for a used, an expired and an unknown link."""
    return render(request, "sign_in_gone.html", status=404)
