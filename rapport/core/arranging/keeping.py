"""Verbs on layouts: everybody arranges for themselves, who shapes the workspace for a role and for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.special import demand_right
from rapport.core.arranging.arrangement import MOST_NAME, Arrangement, Group, from_json, to_json
from rapport.core.arranging.layouts import FACTS, OWN_PARTS, PANELS, PARTS
from rapport.core.arranging.models import Layout
from rapport.core.audit.notes import changed, tell
from rapport.core.definitions import loading
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.kinds import EventKind, declare
from rapport.core.events.models import Act
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.text import clean_line

MOST_GROUPS = 30
MOST_KEYS = 400
ARRANGED = "layout.arranged"
declare(EventKind(ARRANGED, gettext_lazy("arranged a page for others"), icon="sliders-horizontal", privacy="business"))


@dataclass(frozen=True)
class Scope:
    """For whom a layout is: one user, all who hold a role, or, with neither, everybody."""

    user_id: int | None = None
    role_id: int | None = None


def kept(scope: Scope, spec: ObjectSpec, part: str) -> Arrangement | None:
    """The layout of exactly this scope, None without one."""
    row = _row(scope, spec, part).first()
    return from_json(row.shape) if row is not None and row.shape is not None else None


def arranged_for(spec: ObjectSpec, part: str) -> set[Scope]:
    """For which roles there is a layout, and whether for everybody."""
    rows = Layout.objects.filter(kind=spec.key, part=part, user=None, shape__isnull=False)
    return {Scope(role_id=role_id) for role_id in rows.values_list("role_id", flat=True)}


def arrange(actor: Actor, spec: ObjectSpec, part: str, scope: Scope, arrangement: Arrangement) -> int:
    """Keeps a layout and answers its version, with which :func:`undo` takes this back."""
    _demand(actor, part, scope)
    return _keep(actor, spec, part, scope, to_json(_checked(spec, part, arrangement)))


def reset(actor: Actor, spec: ObjectSpec, part: str, scope: Scope) -> int:
    """Takes a layout away, so that the next wider one holds again. The version as with :func:`arrange`."""
    _demand(actor, part, scope)
    return _keep(actor, spec, part, scope, None)


def undo(actor: Actor, spec: ObjectSpec, part: str, scope: Scope, version: int) -> int:
    """Puts back what stood here before. Conflict if somebody changed it since."""
    _demand(actor, part, scope)
    return _keep(actor, spec, part, scope, None, undoes=version)


def _demand(actor: Actor, part: str, scope: Scope) -> None:
    if part not in PARTS:
        raise NotFound(_("There is nothing of this name to be arranged."))
    if scope.user_id is None:
        demand_right(actor, "shape")
    elif scope.user_id != actor.user_id or part not in OWN_PARTS:
        raise NotAllowed(_("Only your own pages can be arranged for one user."))
    if scope.role_id is not None and not Role.objects.filter(pk=scope.role_id).exists():
        raise NotFound(_("There is no such role any more."))


def _row(scope: Scope, spec: ObjectSpec, part: str) -> Any:
    return Layout.objects.filter(kind=spec.key, part=part, user=scope.user_id, role=scope.role_id)


def _keep(
    actor: Actor, spec: ObjectSpec, part: str, scope: Scope, shape: dict[str, Any] | None, *, undoes: int | None = None
) -> int:
    """Keeps ``shape``, or what stood before the version ``undoes`` if that is still the last one."""
    with acting(actor, ARRANGED, label=str(spec.plural)) as act:
        whose: dict[str, Any] = {"user_id": scope.user_id, "role_id": scope.role_id}
        row, made = Layout.objects.select_for_update().get_or_create(kind=spec.key, part=part, **whose)
        if undoes is not None:
            if made or row.version != undoes:
                raise Conflict(_("This was arranged anew since. Nothing was taken back."))
            shape = row.before
        row.shape, row.before = shape, row.shape
        row.version += 1
        row.save()
        if scope.user_id is None:
            _tell(actor, act, row)
            loading.renew()
        return int(row.version)


def _tell(actor: Actor, act: Act, row: Layout) -> None:
    """Writes into the audit what was arranged for others, and how it stood before."""
    role = row.role.key if row.role is not None else "everybody"
    data = {"kind": row.kind, "part": row.part, "for": role}
    tell(actor, act, ARRANGED, {**data, "changes": changed(_audited(row.before), _audited(row.shape))})


def _audited(shape: dict[str, Any] | None) -> dict[str, Any]:
    if shape is None:
        return {"order": None, "left_out": None, "groups": None}
    found = from_json(shape)
    groups = [f"{one.name or one.like}: {', '.join(one.keys)}" for one in found.groups]
    return {"order": list(found.keys), "left_out": sorted(found.left_out), "groups": groups}


def _checked(spec: ObjectSpec, part: str, arrangement: Arrangement) -> Arrangement:
    """Without what is no field of the object; the keys of panels are those of other rooms."""

    def known(keys: Sequence[str]) -> tuple[str, ...]:
        fits = [key for key in dict.fromkeys(keys) if part == PANELS or key in spec.by_key]
        return tuple(fits[:MOST_KEYS])

    groups = list[Group]()
    for group in arrangement.groups[:MOST_GROUPS] if part == FACTS else ():
        groups.append(replace(group, keys=known(group.keys), name=_name(group.name)))
    return Arrangement(known(arrangement.keys), frozenset(known(sorted(arrangement.left_out))), tuple(groups))


def _name(text: str) -> str:
    try:
        return clean_line(text, MOST_NAME)
    except ValueError as error:
        raise Invalid({"name": [str(error)]}) from None
