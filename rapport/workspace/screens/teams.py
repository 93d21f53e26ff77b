"""Settings: the tree of teams and who is in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.models import Team, User
from rapport.core.errors import Conflict, Invalid
from rapport.lib.text import hue, initials
from rapport.ui.rendering import flash, render
from rapport.workspace.actions import teams
from rapport.workspace.actions.teams import TeamData
from rapport.workspace.screens.frame import (
    Errors,
    actor_of,
    for_administrators,
    number_or_none,
    problems,
    team_options,
    tree,
)


@for_administrators
@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    """The tree."""
    members: dict[int | None, list[dict[str, Any]]] = {}
    for user in User.objects.filter(is_active=True):
        members.setdefault(user.team_id, []).append(
            {"name": user.name, "initials": initials(user.name), "hue": hue(user.name)}
        )
    rows = [{"team": team, "members": members.get(team.pk, [])} for team in tree()]
    return render(request, "settings/teams.html", {"rows": rows, "teamless": members.get(None, [])})


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    """Makes a team; ``?parent=`` says under which."""
    if request.method != "POST":
        return _form(request, None, TeamData("", number_or_none(request.GET.get("parent"))))
    data = _read(request)
    try:
        team = teams.create_team(actor_of(request), data)
    except Invalid as invalid:
        return _form(request, None, data, problems(invalid), status=invalid.status)
    flash(request, _("The team “%(name)s” was created.") % {"name": team.name})
    return HttpResponseRedirect("/settings/teams", status=303)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_team(request: HttpRequest, team_id: int) -> HttpResponse:
    """Renames or moves a team."""
    team = teams.get_team(team_id)
    if request.method != "POST":
        return _form(request, team, TeamData(team.name, team.parent_id))
    data = _read(request)
    try:
        teams.change_team(actor_of(request), team_id, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _form(request, team, data, problems(refused), status=refused.status)
    flash(request, _("The team “%(name)s” was saved.") % {"name": data.name})
    return HttpResponseRedirect("/settings/teams", status=303)


@for_administrators
@require_POST
def remove_team(request: HttpRequest, team_id: int) -> HttpResponse:
    """Removes an empty team."""
    team = teams.get_team(team_id)
    try:
        teams.remove_team(actor_of(request), team_id)
    except Invalid as invalid:
        return _form(request, team, TeamData(team.name, team.parent_id), problems(invalid), status=invalid.status)
    flash(request, _("The team “%(name)s” was removed.") % {"name": team.name})
    return HttpResponseRedirect("/settings/teams", status=303)


def _read(request: HttpRequest) -> TeamData:
    return TeamData(request.POST.get("name", ""), number_or_none(request.POST.get("parent")))


def _form(
    request: HttpRequest, team: Team | None, data: TeamData, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "team": team,
        "values": data,
        "seen": request.POST.get("seen") or (teams.team_state(team) if team else ""),
        "errors": errors or {},
        "parents": team_options(without=team.path if team else ""),
    }
    return render(request, "settings/team.html", context, status=status)
