"""Links that work once: each asks first, for mail scanners open links, too. And the page for a forgotten password."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts import workspace
from rapport.accounts.models import SignInLink
from rapport.core.errors import Invalid, TooMany
from rapport.ui.rendering import flash, render
from rapport.workspace import mail, second_step, throttle
from rapport.workspace.actions import accounts, links
from rapport.workspace.screens.frame import Errors, problems
from rapport.workspace.screens.look import in_the_theme_of
from rapport.workspace.screens.signing import later
from rapport.workspace.screens.zones import zones
from rapport.workspace.signing_in import typed_email

_SEE_OTHER = 303


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What a link is for, it knows itself. Opening it only asks; sending the form uses it up."""
    link = links.good_link(token)
    if link is None:
        return _gone(request)
    screen = {links.INVITATION: _accept, links.RESET: _reset, links.EMAIL: _confirm}.get(link.purpose, _sign_in)
    return screen(request, link)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Asks for a link by e-mail. The answer is the same, and takes the same time, whether there is an account."""
    if not mail.can_send() or not workspace.current().has_passwords:
        return HttpResponseRedirect("/sign-in", status=_SEE_OTHER)
    if request.method != "POST":
        return render(request, "forgot.html", {"problem": "", "email": "", "sent": False})
    email = typed_email(request.POST.get("email", ""))
    subjects = [throttle.subject("reset", email), throttle.subject("reset-address", throttle.client_address(request))]
    try:
        throttle.begin(subjects)
    except TooMany as refused:
        context = {"problem": refused.message, "email": email, "sent": False}
        return later(render(request, "forgot.html", context, status=refused.status), refused)
    accounts.ask_for_reset(email)
    return render(request, "forgot.html", {"problem": "", "email": email, "sent": True})


def _sign_in(request: HttpRequest, link: SignInLink) -> HttpResponse:
    if request.method != "POST":
        return render(request, "sign_in_link.html")
    if not links.use_up(link):
        return _gone(request)
    user = link.user
    is_first = user.last_login is None and user.role.is_admin and workspace.current().welcomed_at is None
    to = second_step.enter(request, user, "link", "/welcome" if is_first else "/")
    if not is_first and not user.has_usable_password():  # the welcome asks for one itself
        sentence = _("Set a password under “Sign-in and security”, so that you can sign in without a link.")
        flash(request, sentence, tone="grey")
    return in_the_theme_of(user, HttpResponseRedirect(to, status=_SEE_OTHER))


def _accept(request: HttpRequest, link: SignInLink) -> HttpResponse:
    said = accounts.Accepted(*(request.POST.get(key, "") for key in ("name", "password", "language", "time_zone")))
    if request.method != "POST":
        said = accounts.Accepted(link.user.name, "", get_language() or "en", link.user.time_zone)
        return _accept_form(request, link, said, {})
    try:
        if not said.password and workspace.current().has_passwords:
            raise Invalid({"password": [_("Choose a password.")]})
        user = accounts.accept_invitation(link, said)
    except Invalid as invalid:
        return _accept_form(request, link, said, problems(invalid), status=invalid.status)
    if user is None:
        return _gone(request)
    to = second_step.enter(request, user, "invitation")
    return in_the_theme_of(user, HttpResponseRedirect(to, status=_SEE_OTHER))


def _accept_form(
    request: HttpRequest, link: SignInLink, said: accounts.Accepted, errors: Errors, *, status: int = 200
) -> HttpResponse:
    context = {
        "email": link.user.email,
        "values": said,
        "errors": errors,
        "languages": settings.LANGUAGES,
        "zones": zones(),
        "has_passwords": workspace.current().has_passwords,
    }
    return render(request, "invitation.html", context, status=status)


def _reset(request: HttpRequest, link: SignInLink) -> HttpResponse:
    errors: Errors = {}
    if request.method == "POST":
        password = request.POST.get("password", "")
        try:
            if not accounts.reset_password(link, password):
                return _gone(request)
            return HttpResponseRedirect("/sign-in?done=reset", status=_SEE_OTHER)
        except Invalid as invalid:
            errors = problems(invalid)
    context = {"email": link.user.email, "errors": errors}
    return render(request, "reset.html", context, status=422 if errors else 200)


def _confirm(request: HttpRequest, link: SignInLink) -> HttpResponse:
    if request.method != "POST":
        return render(request, "email_confirm.html", {"email": link.email})
    if not accounts.confirm_email(link):
        return _gone(request)
    return HttpResponseRedirect("/sign-in?done=email", status=_SEE_OTHER)


def _gone(request: HttpRequest) -> HttpResponse:
    """The same page for a used, an expired and an unknown link."""
    return render(request, "sign_in_gone.html", status=404)
