"""Settings: who works here."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.accounts.models import Passkey, Role, SignInLink, User
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.lib import clock
from rapport.lib.date_words import format_moment
from rapport.lib.text import hue, initials
from rapport.ui.rendering import flash, render
from rapport.workspace import viewing_as
from rapport.workspace.actions import accounts, factors, links, sessions, users
from rapport.workspace.actions.giving import beyond
from rapport.workspace.actions.users import UserData
from rapport.workspace.confirming import confirmed
from rapport.workspace.screens.frame import (
    Errors,
    actor_of,
    for_administrators,
    number,
    number_or_none,
    problems,
    team_options,
    with_right,
)


@with_right("users")
@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """All users, those switched off last."""
    actor = actor_of(request)
    factor = Q(totp__isnull=False) | Exists(Passkey.objects.filter(user=OuterRef("pk")))
    waiting = SignInLink.objects.filter(
        user=OuterRef("pk"), purpose=links.INVITATION, used_at=None, expires_at__gt=clock.now()
    )
    found = User.objects.select_related("role", "team").annotate(
        has_factor=Case(When(factor, then=True), default=False, output_field=BooleanField()), is_invited=Exists(waiting)
    )
    rows = [
        {
            "user": user,
            "initials": initials(user.name),
            "hue": hue(user.name),
            "seen": format_moment(user.last_login, actor.time_zone, actor.language) if user.last_login else "",
        }
        for user in found.order_by("-is_active", "name", "pk")
    ]
    return render(request, "settings/users.html", {"rows": rows})


@with_right("users")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("/settings/users/new")
def new_user(request: HttpRequest) -> HttpResponse:
    """Invites somebody: makes the user and shows the link with which they sign in for the first time."""
    if request.method != "POST":
        return _form(request, None)
    data = _read(request)
    try:
        user, link = users.invite_user(actor_of(request), data)
    except (Invalid, NotAllowed) as refused:
        return _form(request, None, data, problems(refused), status=refused.status)
    return _show_link(request, user, link, invited=True, sent=accounts.send_invitation(user, link))


@with_right("users")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed("/settings/users")
def edit_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Name, e-mail, role and team of one user."""
    user = users.get_user(user_id)
    if request.method != "POST":
        return _form(request, user)
    data = _read(request, user)
    try:
        users.change_user(actor_of(request), user_id, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict, NotAllowed) as refused:
        return _form(request, user, data, problems(refused), status=refused.status)
    flash(request, _("%(name)s was saved.") % {"name": data.name})
    return HttpResponseRedirect("/settings/users", status=303)


@with_right("users")
@require_POST
def switch_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switches an account on (``active`` = 1) or off."""
    on = request.POST.get("active") == "1"
    try:
        user = (users.switch_on if on else users.switch_off)(actor_of(request), user_id)
    except NotAllowed as refused:
        return _form(request, users.get_user(user_id), None, problems(refused), status=refused.status)
    said = _("%(name)s can sign in again.") if on else _("%(name)s is switched off and signed out everywhere.")
    flash(request, said % {"name": user.name})
    return HttpResponseRedirect("/settings/users", status=303)


@with_right("users")
@require_POST
@confirmed("/settings/users")
def user_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Makes a one-time sign-in link and shows it, this once. Who has never signed in is invited anew."""
    user = users.get_user(user_id)
    is_new = user.last_login is None and not user.has_usable_password()
    kind: dict[str, Any] = {"lasts": links.INVITATION_LASTS, "purpose": links.INVITATION} if is_new else {}
    try:
        link = links.make_sign_in_link(actor_of(request), user, **kind)
    except (Invalid, NotAllowed) as refused:
        return _form(request, user, None, problems(refused), status=refused.status)
    sent = is_new and accounts.send_invitation(user, link)
    return _show_link(request, user, link, invited=is_new, sent=sent)


@with_right("users")
@require_POST
def user_invitation(request: HttpRequest, user_id: int) -> HttpResponse:
    """Takes an invitation back."""
    user = accounts.revoke_invitation(actor_of(request), user_id)
    flash(request, _("The invitation of %(name)s no longer works.") % {"name": user.name})
    return HttpResponseRedirect(f"/settings/users/{user_id}", status=303)


@with_right("users")
@require_POST
@confirmed("/settings/users")
def user_factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """Takes away the second factors of somebody who lost them."""
    try:
        user = factors.remove_factors_of(actor_of(request), user_id)
    except NotAllowed as refused:
        return _form(request, users.get_user(user_id), None, problems(refused), status=refused.status)
    flash(
        request, _("%(name)s signs in without a second factor now, until they set one up again.") % {"name": user.name}
    )
    return HttpResponseRedirect(f"/settings/users/{user_id}", status=303)


@with_right("users")
@require_POST
def user_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """Signs somebody out everywhere."""
    user = sessions.end_sessions_of(actor_of(request), user_id)
    flash(request, _("%(name)s is signed out everywhere.") % {"name": user.name})
    return HttpResponseRedirect(f"/settings/users/{user_id}", status=303)


@for_administrators
@require_POST
@confirmed("/settings/users")
def user_view_as(request: HttpRequest, user_id: int) -> HttpResponse:
    """From now on this browser shows what the user sees."""
    try:
        viewing_as.begin(request, actor_of(request), users.get_user(user_id))
    except NotAllowed as refused:
        return _form(request, users.get_user(user_id), None, problems(refused), status=refused.status)
    return HttpResponseRedirect("/", status=303)


@require_POST
def view_as_end(request: HttpRequest) -> HttpResponse:
    """Back to what one sees oneself; where nobody looked on, to the page at the beginning."""
    flash(request, _("You see what you see yourself again."))
    return HttpResponseRedirect("/settings/users" if actor_of(request).all_rights else "/", status=303)


def _read(request: HttpRequest, user: User | None = None) -> UserData:
    """What the form says. One's own role is not in the form, so it stays what it is; so does one's own e-mail, which
    changes on the profile by a link to the new address.
    """
    own = user is not None and user.pk == actor_of(request).user_id
    return UserData(
        name=request.POST.get("name", ""),
        email=user.email if own and user else request.POST.get("email", ""),
        role_id=user.role_id if own and user and "role" not in request.POST else number(request.POST.get("role")),
        team_id=number_or_none(request.POST.get("team")),
    )


def _roles(actor: Actor, user: User | None) -> list[tuple[str, str]]:
    """The roles that the actor may give, and the one that the user has."""
    has = user.role_id if user else 0
    return [(str(role.pk), role.shown) for role in Role.objects.all() if role.pk == has or not beyond(actor, role)]


def _form(
    request: HttpRequest,
    user: User | None,
    data: UserData | None = None,
    errors: Errors | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if data is None:
        member = Role.objects.filter(key="member").first()
        blank = UserData("", "", member.pk if member else 0, actor_of(request).team_id)
        data = UserData(user.name, user.email, user.role_id, user.team_id) if user else blank
    context: dict[str, Any] = {
        "user": user,
        "values": data,
        "seen": request.POST.get("seen") or (users.user_state(user) if user else ""),
        "errors": errors or {},
        "roles": _roles(actor_of(request), user),
        "teams": team_options(),
        "own": user is not None and user.pk == actor_of(request).user_id,
        "may_view_as": actor_of(request).all_rights,
        "invitation": links.invitation_of(user) if user else None,
        "is_new": user is not None and user.last_login is None and not user.has_usable_password(),
        "has_factor": user is not None and factors.has_factor(user.pk),
        "session_count": len(sessions.sessions_of(user.pk)) if user else 0,
    }
    return render(request, "settings/user.html", context, status=status)


def _show_link(request: HttpRequest, user: User, link: links.MadeLink, *, invited: bool, sent: bool) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "user": user,
        "address": link.address,
        "until": format_moment(link.expires_at, actor.time_zone, actor.language),
        "invited": invited,
        "sent": sent,
    }
    return render(request, "settings/user_link.html", context)
