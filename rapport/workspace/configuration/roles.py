"""Roles: ``roles/sales.json`` with levels, rules for fields, special rights and which records their holders see.

The administrator's role has no file: it may do everything. A role that no file names stays: somebody may have it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.levels import ACTIONS
from rapport.core.errors import BadQuery
from rapport.core.objects import registry
from rapport.workspace.actions.roles import RoleData, change_role, create_role
from rapport.workspace.configuration.files import Told
from rapport.workspace.configuration.part import Part
from rapport.workspace.configuration.portable import NotPortable, inward, outward, settled


class Roles(Part):
    """A file says what a role holds; filters are conditions by object."""

    folder = "roles"
    shape: ClassVar = {"key": str, "name": str, "levels": dict, "field_rules": dict, "rights": list, "filters": dict}
    usual: ClassVar = {"field_rules": {}, "rights": [], "filters": {}}
    optional = frozenset(usual)
    archives = False

    def now(self) -> dict[str, dict[str, Any]]:
        return {
            f"roles/{role.key}.json": {
                "key": role.key, "name": role.name, "levels": role.levels, "field_rules": role.field_rules,
                "rights": role.rights, "filters": _filters(role),
            }
            for role in Role.objects.filter(is_admin=False).order_by("key")
        }  # fmt: skip

    def plain(self, data: Mapping[str, Any]) -> Any:
        whole = {**self.usual, **data}
        levels = {
            key: {action: rights.get(action, "none") for action in ACTIONS} for key, rights in whole["levels"].items()
        }
        rules = {key: fields for key, fields in whole["field_rules"].items() if fields}
        filters = {key: settled(spec, tree) if (spec := registry.find(key)) else tree
                   for key, tree in whole["filters"].items()}  # fmt: skip
        return {**whole, "levels": levels, "field_rules": rules, "filters": filters, "rights": sorted(whole["rights"])}

    def check(self, told: Told) -> None:
        super().check(told)
        if told.path != f"roles/{told.data['key']}.json":
            told.refuse(_("The file must be called after its key."), "key")
        for name in ("levels", "field_rules", "filters"):
            for kind, inner in told.data.get(name, {}).items():
                if kind != "*" and registry.find(kind) is None:
                    told.refuse(_("There is no object called “%(key)s”.") % {"key": kind[:60]}, kind)
                if not isinstance(inner, dict):
                    told.refuse(_("“%(key)s” has a value of another sort.") % {"key": kind[:60]}, kind)

    def make(self, actor: Actor, told: Told) -> None:
        if Role.objects.filter(key=told.data["key"], is_admin=True).exists():
            told.refuse(_("This is the administrator's role, which has no file."), "key")
        create_role(actor, self._data(told))

    def change(self, actor: Actor, told: Told) -> None:
        change_role(actor, Role.objects.get(key=told.data["key"]).pk, self._data(told))

    def _data(self, told: Told) -> RoleData:
        whole = {**self.usual, **told.data}
        filters = {kind: inward(told, registry.get(kind), tree) for kind, tree in whole["filters"].items()}
        return RoleData(whole["name"], whole["levels"], whole["field_rules"], whole["rights"], filters, whole["key"])


def _filters(role: Role) -> dict[str, Any]:
    found = {}
    for kind, tree in role.filters.items():
        if spec := registry.find(kind):
            try:
                found[kind] = outward(spec, tree)
            except (NotPortable, BadQuery):
                found[kind] = tree  # refused where it is applied: rather that than a role that sees more
    return found
