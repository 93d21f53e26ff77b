"""Verbs on roles: what their holders may do with each object, and which fields they do not see or change."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Workspace
from rapport.core.access.conditions import from_json
from rapport.core.access.levels import ACTIONS, Level
from rapport.core.access.special import RIGHTS, demand_right
from rapport.core.access.visible import compile_condition
from rapport.core.audit.notes import changed, tell
from rapport.core.errors import BadQuery, Invalid, NotAllowed, NotFound
from rapport.core.events.emit import acting
from rapport.core.objects import registry
from rapport.core.search import rebuilding
from rapport.workspace.actions.common import clean_name, refuse_stale, state
from rapport.workspace.actions.giving import EVERY_OBJECT, demand_role

FIELD_RULES = ("hidden", "read_only")
LEVELS = tuple(level.name.lower() for level in Level)


@dataclass(frozen=True)
class RoleData:
    """``levels`` maps an object's key, or ``*``, to {action: level}, ``field_rules`` its key to {field: rule}.

    ``rights`` are the special ones; ``filters`` map an object's key to the condition, as JSON, that all records must
    meet which its holders see. None leaves either as it is. ``key`` is that of a role which comes from a file.
    """

    name: str
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    field_rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rights: Collection[str] | None = None
    filters: Mapping[str, Any] | None = None
    key: str = ""


def role_state(role: Role) -> str:
    """What a form saw of this role."""
    return state([role.name, role.levels, role.field_rules, role.rights, role.filters])


def create_role(actor: Actor, data: RoleData) -> Role:
    """A new role. There is no second administrator's role: rights without bounds have one name."""
    demand_right(actor, "users")
    name = _free_name(data.name)
    role = Role(name=name, key=data.key or _free_key(name))
    _put(role, data)
    demand_role(actor, role)
    try:
        with acting(actor, "role.created", label=name) as act:
            role.save()
            rebuilding.ask_if_needed()
            tell(actor, act, "role.created", {"role": role.pk, "changes": changed({}, _audited(role))})
    except IntegrityError:
        raise Invalid({"name": [_taken()]}) from None
    return role


def change_role(actor: Actor, role_id: int, data: RoleData, *, seen: str = "") -> Role:
    """Renames a role and sets its rights anew. What it holds is in force at the next request."""
    demand_right(actor, "users")
    name = _free_name(data.name, besides=role_id)
    with acting(actor, "role.changed") as act:
        role = Role.objects.select_for_update().filter(pk=role_id).first() or _gone()
        refuse_stale(seen, role_state(role))
        _demand_change(actor, role)
        was, before = _rights_of(role), _audited(role)
        told = [f"name → {name}"] if name != role.name else []
        if not role.is_admin:
            _put(role, data)
        demand_role(actor, role)
        told += _told(was, role)
        act.label = f"{role.name} (#{role.pk}): {', '.join(told) or 'nothing'}"[:200]
        act.save(update_fields=["label"])
        role.name = name
        after = {**dict.fromkeys(before), **_audited(role)}
        tell(actor, act, "role.changed", {"role": role.pk, "name": name, "changes": changed(before, after)})
        try:
            role.save(update_fields=["name", "levels", "field_rules", "rights", "filters"])
            rebuilding.ask_if_needed()
        except IntegrityError:
            raise Invalid({"name": [_taken()]}) from None
    return role


def remove_role(actor: Actor, role_id: int) -> None:
    """Removes a role that nobody has."""
    demand_right(actor, "users")
    role = get_role(role_id)
    if role.is_admin:
        raise NotAllowed(_("The administrator's role cannot be removed."))
    _demand_change(actor, role)
    with acting(actor, "role.removed", label=role.name) as act:
        if role.users.exists():
            raise Invalid({"": [_("Somebody still has this role. Give them another one first.")]})
        if Workspace.objects.filter(works_as=role).exists():
            raise Invalid({"": [_("Administrators work as this role. Choose another one for them first.")]})
        gone = {key: [value, None] for key, value in _audited(role).items()}
        tell(actor, act, "role.removed", {"role": role.pk, "changes": gone})
        role.delete()
        rebuilding.ask_if_needed()


def _demand_change(actor: Actor, role: Role) -> None:
    demand_role(actor, role)
    if actor.role is not None and role.pk == actor.role.pk and not actor.all_rights:
        raise NotAllowed(_("Nobody changes the role they have themselves. Ask an administrator."))


def _put(role: Role, data: RoleData) -> None:
    """Writes what was chosen into a role, not into the database; Invalid for what there is not."""
    role.levels, role.field_rules = _levels(data.levels), _field_rules(data.field_rules)
    if data.rights is not None:
        role.rights = _special(data.rights)
    if data.filters is not None:
        role.filters = _filters(data.filters)


def get_role(role_id: int) -> Role:
    """The role, or NotFound."""
    return Role.objects.filter(pk=role_id).first() or _gone()


def _audited(role: Role) -> dict[str, str]:
    """What the audit keeps of a role, flat, so that before and after name each right: ``person.trash``."""
    told = {"name": role.name}
    told |= {f"{key}.{action}": level for key, rights in role.levels.items() for action, level in rights.items()}
    told |= {f"{key}/{name}": rule for key, rules in role.field_rules.items() for name, rule in rules.items()}
    told |= {f"right.{key}": "yes" for key in role.rights}
    told |= {f"{key}.records": json.dumps(stored, sort_keys=True) for key, stored in role.filters.items()}
    return told


def _gone() -> Role:
    raise NotFound(_("There is no such role any more."))


def _levels(levels: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    for key, rights in levels.items():
        if key != EVERY_OBJECT and registry.find(key) is None:
            raise Invalid({"levels": [_("There is no object called “%(key)s”.") % {"key": key[:60]}]})
        for action, level in rights.items():
            if action not in ACTIONS:
                raise Invalid({"levels": [_("There is no action called “%(key)s”.") % {"key": action[:60]}]})
            if level not in LEVELS:
                raise Invalid({"levels": [_("There is no level called “%(key)s”.") % {"key": level[:60]}]})
    return {key: {action: rights.get(action, "none") for action in ACTIONS} for key, rights in levels.items()}


def _field_rules(rules: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    for key, fields in rules.items():
        spec = registry.find(key)
        if spec is None:
            raise Invalid({"field_rules": [_("There is no object called “%(key)s”.") % {"key": key[:60]}]})
        for name, rule in fields.items():
            if name not in spec.by_key:
                raise Invalid({"field_rules": [_("There is no field called “%(key)s”.") % {"key": name[:60]}]})
            if rule not in FIELD_RULES:
                raise Invalid({"field_rules": [_("There is no field rule called “%(key)s”.") % {"key": rule[:60]}]})
    return {key: dict(fields) for key, fields in rules.items() if fields}


def _free_name(text: str, *, besides: int = 0) -> str:
    name = clean_name(text)
    if Role.objects.filter(name__iexact=name).exclude(pk=besides).exists():
        raise Invalid({"name": [_taken()]})
    return name


def _taken() -> str:
    return _("There is already a role with this name.")


def _free_key(name: str) -> str:
    base = slugify(name).replace("-", "_")[:50] or "role"
    taken = set(Role.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3))) if key not in taken)


def _filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    for key, stored in filters.items():
        spec = registry.find(key)
        if spec is None:
            raise Invalid({"filters": [_("There is no object called “%(key)s”.") % {"key": key[:60]}]})
        if stored is None:
            raise Invalid({"filters": [_("This view is no longer there. Choose another one.")]})
        try:
            compile_condition(Actor.system(), spec, from_json(stored))
        except BadQuery as refused:
            raise Invalid({"filters": [refused.message]}) from None
    return dict(filters)


def _special(keys: Collection[str]) -> list[str]:
    for key in keys:
        if key not in RIGHTS:
            raise Invalid({"rights": [_("There is no special right called “%(key)s”.") % {"key": key[:60]}]})
    return [key for key in RIGHTS if key in keys]


def _rights_of(role: Role) -> tuple[Any, Any, Any, Any]:
    return role.levels, role.field_rules, role.rights, role.filters


def _told(was: tuple[Any, Any, Any, Any], role: Role) -> list[str]:
    """Which rights change: ``person.trash own → team``."""
    levels, rules, rights, filters = was
    told = []
    for key in sorted({*levels, *role.levels}):
        before, after = levels.get(key, {}), role.levels.get(key, {})
        told += [
            f"{key}.{action} {before.get(action, '–')} → {after.get(action, '–')}"
            for action in ACTIONS
            if before.get(action) != after.get(action)
        ]
    told += ["field rules"] if rules != role.field_rules else []
    told += ["records"] if filters != role.filters else []
    told += [f"{'+' if key in role.rights else '−'}{key}" for key in RIGHTS if (key in role.rights) != (key in rights)]
    return told
