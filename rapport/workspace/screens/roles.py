"""Settings: roles, each a matrix of objects, actions and levels, and rules for single fields."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts import workspace
from rapport.accounts.models import Role
from rapport.accounts.role_names import shown_role
from rapport.core.access.levels import ACTION_WORDS, ACTIONS, LEVEL_WORDS, Level
from rapport.core.access.special import RIGHTS, may_right
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.core.objects import registry
from rapport.ui.rendering import flash, render
from rapport.workspace.actions import roles
from rapport.workspace.actions.giving import EVERY_OBJECT
from rapport.workspace.actions.roles import RoleData
from rapport.workspace.screens import role_filters
from rapport.workspace.screens.frame import Errors, actor_of, problems, with_right

# Creating and importing make new records: there is no “whose”, only yes or no.
YES_NO = ("create", "import")
RULE_WORDS = (
    ("", gettext_lazy("visible")),
    ("read_only", gettext_lazy("read-only")),
    ("hidden", gettext_lazy("hidden")),
)


@with_right("users")
@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """All roles, how many hold them and what they see."""
    rows = [
        {"role": role, "count": role.holders, "words": _words(role)}
        for role in Role.objects.annotate(holders=Count("users"))
    ]
    return render(request, "settings/roles.html", {"rows": rows})


@with_right("users")
@require_http_methods(["GET", "HEAD", "POST"])
def new_role(request: HttpRequest) -> HttpResponse:
    """Makes a role."""
    if request.method != "POST":
        return _form(request, None, RoleData("", {EVERY_OBJECT: {"view": "own"}}))
    data = _read(request)
    try:
        role = roles.create_role(actor_of(request), data)
    except (Invalid, NotAllowed) as refused:
        return _form(request, None, data, problems(refused), status=refused.status)
    flash(request, _("The role “%(name)s” was created.") % {"name": role.shown})
    return HttpResponseRedirect("/settings/roles", status=303)


@with_right("users")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Changes a role."""
    role = roles.get_role(role_id)
    if request.method != "POST":
        return _form(request, role, _data(role))
    data = _read(request, role)
    if data.name == role.shown:  # the name it came with, in the reader's language
        data = replace(data, name=role.name)
    try:
        roles.change_role(actor_of(request), role_id, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict, NotAllowed) as refused:
        return _form(request, role, data, problems(refused), status=refused.status)
    flash(
        request, _("The role “%(name)s” was saved. It holds from the next click on.") % {"name": shown_role(data.name)}
    )
    return HttpResponseRedirect("/settings/roles", status=303)


@with_right("users")
@require_POST
def remove_role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Removes a role that nobody has."""
    role = roles.get_role(role_id)
    try:
        roles.remove_role(actor_of(request), role_id)
    except (Invalid, NotAllowed) as refused:
        data = _data(role)
        return _form(request, role, data, problems(refused), status=refused.status)
    flash(request, _("The role “%(name)s” was removed.") % {"name": role.shown})
    return HttpResponseRedirect("/settings/roles", status=303)


def _read(request: HttpRequest, role: Role | None = None) -> RoleData:
    """``level.<object>.<action>`` and ``rule.<object>.<field>``; an object without any level follows ``*``.

    Where an object has some levels of its own, the cells left open take the level of ``*``: what the page showed.
    """
    form = request.POST
    levels: dict[str, dict[str, str]] = {}
    rules: dict[str, dict[str, str]] = {}
    for name, value in form.items():
        kind, _dot, rest = name.partition(".")
        key, _dot, part = rest.partition(".")
        if kind == "level" and value:
            levels.setdefault(key, {})[part] = str(value)
        elif kind == "rule" and value:
            rules.setdefault(key, {})[part] = str(value)
    every = levels.setdefault(EVERY_OBJECT, {})
    whole = {key: rights if key == EVERY_OBJECT else {**every, **rights} for key, rights in levels.items()}
    # An empty one always comes along: a form without any leaves the rights as they are.
    chosen = [key for key in form.getlist("right") if key] if "right" in form else None
    return RoleData(form.get("name", ""), whole, rules, chosen, role_filters.chosen(actor_of(request), role, form))


def _data(role: Role) -> RoleData:
    return RoleData(role.shown, role.levels, role.field_rules, role.rights, role.filters)


def _words(role: Role) -> str:
    """One line on what holders of a role see."""
    if role.is_admin:
        return _("Everything, and the settings")
    rights = role.levels.get(EVERY_OBJECT, {})
    shown = {action: Level[rights.get(action, "none").upper()] for action in ("view", "edit")}
    told = [f"{ACTION_WORDS[action]}: {LEVEL_WORDS[level]}" for action, level in shown.items()]
    own = [str(spec.plural) for spec in registry.every() if spec.key in role.levels]
    if own:
        told.append(_("own rules for %(objects)s") % {"objects": ", ".join(own)})
    if role.rights:
        told.append(", ".join(str(right.label) for key, right in RIGHTS.items() if key in role.rights))
    return " · ".join(told)


def _matrix(data: RoleData) -> list[dict[str, Any]]:
    """The rows of the page: first the one for every object, then one for each that is registered."""
    kinds: list[tuple[str, Any]] = [(EVERY_OBJECT, _("Every object"))]
    kinds += [(spec.key, spec.plural) for spec in registry.every()]
    return [
        {"key": key, "label": label, "cells": [_cell(key, action, data.levels.get(key, {})) for action in ACTIONS]}
        for key, label in kinds
    ]


def _cell(key: str, action: str, rights: Mapping[str, str]) -> dict[str, Any]:
    """One select: its level and those it offers. Only the row of every object must say something."""
    level = rights.get(action, "none" if key == EVERY_OBJECT else "")
    options: list[tuple[str, Any]]
    if action in YES_NO:
        # “Yes” keeps whatever level the role holds, so that saving an untouched page changes nothing.
        options = [("none", _("no")), (level if level not in ("", "none") else "all", _("yes"))]
    else:
        options = [(one.name.lower(), LEVEL_WORDS[one]) for one in Level]
    return {
        "action": action,
        "label": ACTION_WORDS[action],
        "level": level,
        "options": options,
        "empty": None if key == EVERY_OBJECT else "–",
    }


def _field_rows(data: RoleData) -> list[dict[str, Any]]:
    rows = []
    for spec in registry.every():
        given = data.field_rules.get(spec.key, {})
        fields = [(field.key, field.label, given.get(field.key, "")) for field in spec.all_fields]
        rows.append({"key": spec.key, "label": spec.plural, "count": len(given), "fields": fields})
    return rows


def _form(
    request: HttpRequest, role: Role | None, data: RoleData, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "role": role,
        "values": data,
        "seen": request.POST.get("seen") or (roles.role_state(role) if role else ""),
        "errors": errors or {},
        "actions": [(action, ACTION_WORDS[action]) for action in ACTIONS],
        "matrix": _matrix(data),
        "field_rows": _field_rows(data),
        "record_rows": role_filters.rows(actor_of(request), role, request.POST),
        "rule_words": RULE_WORDS,
        "is_admin": actor_of(request).all_rights,
        "plain_roles": [(str(one.pk), one.shown) for one in Role.objects.filter(is_admin=False)],
        "works_as": str(workspace.current().works_as_id or ""),
        "rights": [(key, right.label, right.hint, key in (data.rights or ())) for key, right in RIGHTS.items()],
        "may": {key for key in RIGHTS if may_right(actor_of(request), key)},
    }
    return render(request, "settings/role.html", context, status=status)
