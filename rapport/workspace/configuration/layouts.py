"""Layouts for everybody and for roles: ``layouts/person/facts.json``, ``layouts/person/facts.sales.json``."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.arranging.arrangement import Arrangement, from_json, named_in, to_json
from rapport.core.arranging.keeping import Scope, arrange, reset
from rapport.core.arranging.layouts import PANELS, PARTS
from rapport.core.arranging.models import Layout
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.workspace.configuration.files import Told
from rapport.workspace.configuration.part import Part, spec_of


class Layouts(Part):
    """A file says which part of which pages, for which role (none: everybody), and the arrangement."""

    folder = "layouts"
    shape: ClassVar = {
        "kind": str,
        "part": str,
        "role": (str, type(None)),
        "keys": list,
        "left_out": list,
        "groups": list,
    }
    usual: ClassVar = {"role": None, "left_out": [], "groups": []}
    optional = frozenset(usual)

    def now(self) -> dict[str, dict[str, Any]]:
        rows = Layout.objects.filter(user=None, shape__isnull=False).select_related("role")
        found = {}
        for row in sorted(rows, key=lambda row: (row.kind, row.part, row.role.key if row.role else "")):
            spec = registry.find(row.kind)
            if spec is not None and row.part in PARTS:
                shape = from_json(row.shape)
                shape = shape if row.part == PANELS else _living(spec, shape)
                role = row.role.key if row.role else None
                told = {"kind": row.kind, "part": row.part, "role": role, **to_json(shape)}
                found[_path(told)] = told
        return found

    def plain(self, data: Mapping[str, Any]) -> Any:
        whole = {**self.usual, **data}
        return {**whole, **to_json(from_json(whole))}

    def check(self, told: Told) -> None:
        super().check(told)
        if told.data["part"] not in PARTS:
            told.refuse(_("There is no part “%(key)s”. Known are: %(known)s.")
                        % {"key": told.data["part"][:60], "known": ", ".join(PARTS)}, told.data["part"])  # fmt: skip
        if told.path != _path(told.data):
            told.refuse(_("The file must be called after its kind, its part and its role."), "part")
        for one in told.data.get("groups", ()):
            if not isinstance(one, dict) or not {"keys"} <= one.keys() <= {"keys", "name", "like", "folded"}:
                told.refuse(_("A group is {“keys”, “name”, “like”, “folded”}."), "groups")

    def make(self, actor: Actor, told: Told) -> None:
        spec = spec_of(told)
        if told.data["part"] != PANELS:
            for key in sorted(named_in(told.data)):
                if key and key not in spec.by_key:
                    told.refuse(_("There is no field called “%(key)s”.") % {"key": str(key)[:60]}, str(key))
        arrange(actor, spec, told.data["part"], _scope(told), from_json(told.data))

    def change(self, actor: Actor, told: Told) -> None:
        self.make(actor, told)

    def archive(self, actor: Actor, path: str) -> None:
        _folder, kind, name = path.split("/")
        part, _dot, role = name.removesuffix(".json").partition(".")
        scope = Scope(role_id=Role.objects.get(key=role).pk) if role else Scope()
        reset(actor, registry.get(kind), part, scope)


def _living(spec: ObjectSpec, shape: Arrangement) -> Arrangement:
    """The arrangement without fields that are archived: they cannot be named elsewhere."""

    def here(keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(key for key in keys if not key or key in spec.by_key)

    groups = tuple(replace(one, keys=here(one.keys)) for one in shape.groups)
    return Arrangement(here(shape.keys), frozenset(here(shape.left_out)), groups)


def _path(data: Mapping[str, Any]) -> str:
    role = f".{data['role']}" if data.get("role") else ""
    return f"layouts/{data['kind']}/{data['part']}{role}.json"


def _scope(told: Told) -> Scope:
    key = told.data.get("role")
    if not key:
        return Scope()
    role_id = Role.objects.filter(key=key).values_list("pk", flat=True).first()
    if role_id is None:
        told.refuse(_("There is no role “%(key)s”.") % {"key": key[:60]}, key)
    return Scope(role_id=role_id)
