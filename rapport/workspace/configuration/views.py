"""Views that are shared: ``views/person/hot_leads_3fa9c1.json``. What somebody keeps alone is no configuration."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import EVERYTHING, from_json, to_json
from rapport.core.errors import BadQuery
from rapport.core.objects import registry
from rapport.core.views import saved
from rapport.core.views.models import RoleView, View
from rapport.core.views.saved import DETAILS, Shape
from rapport.workspace.configuration.files import Told
from rapport.workspace.configuration.part import Part, spec_of
from rapport.workspace.configuration.portable import NotPortable, inward, outward, settled, team_names


class Views(Part):
    """A file says what the view shows, with whom it is shared, and for which roles the list opens on it."""

    folder = "views"
    shape: ClassVar = {
        "kind": str, "key": str, "name": str, "shared": str, "team": (str, type(None)), "condition": dict, "sort": str,
        "find": str, "columns": list, "show": str, "details": dict, "opens_first_for": list,
    }  # fmt: skip
    usual: ClassVar = {
        "team": None, "condition": to_json(EVERYTHING), "sort": "", "find": "", "columns": [], "show": "",
        "details": {}, "opens_first_for": [],
    }  # fmt: skip
    optional = frozenset(usual)

    def now(self) -> dict[str, dict[str, Any]]:
        rows = View.objects.filter(deleted_at=None).exclude(shared="").exclude(key="").order_by("kind", "key")
        teams, first = team_names(), _opened_first()
        found = {}
        for view in rows:
            spec = registry.find(view.kind)
            if spec is None:
                continue
            try:
                condition = outward(spec, view.condition or to_json(EVERYTHING))
            except (NotPortable, BadQuery):
                continue  # it narrows by single records of this workspace
            shape = saved.readable(Actor.system(), spec, view).shape  # without what is archived
            found[_path(view.kind, view.key)] = {
                "kind": view.kind, "key": view.key, "name": view.name, "shared": view.shared,
                "team": teams.get(view.team_id or 0) if view.shared == "team" else None, "condition": condition,
                "sort": shape.sort, "find": view.find, "columns": list(shape.columns), "show": shape.show,
                "details": dict(shape.details),
                "opens_first_for": first.get(view.pk, []) if view.shared == "all" else [],
            }  # fmt: skip
        return found

    def plain(self, data: Mapping[str, Any]) -> Any:
        whole = {**self.usual, **data}
        spec = registry.find(whole["kind"])
        condition = settled(spec, whole["condition"]) if spec else whole["condition"]
        return {**whole, "condition": condition, "opens_first_for": sorted(map(str, whole["opens_first_for"]))}

    def check(self, told: Told) -> None:
        super().check(told)
        if told.path != _path(told.data["kind"], told.data["key"]):
            told.refuse(_("The file must be called after its kind and key."), "key")
        if told.data["shared"] not in ("team", "all"):
            told.refuse(_("A view in a file is shared with “team” or “all”."), "shared")

    def make(self, actor: Actor, told: Told) -> None:
        view = View.objects.filter(kind=told.data["kind"], key=told.data["key"]).first()
        if view is not None:
            if not view.shared:
                sentence = _(
                    "Somebody keeps a view of this key alone. Remove the file, or give it another key and name."
                )
                told.refuse(sentence, "key")
            if view.deleted_at is not None:
                saved.restore(actor, view)
            self.change(actor, told)
            return
        shape, team = self._shape(actor, told), _team(told)
        view = saved.save_view(
            actor, spec_of(told), told.data["name"], shape, shared=told.data["shared"], key=told.data["key"],
            team_id=team,
        )  # fmt: skip
        self._open(actor, told, view)

    def change(self, actor: Actor, told: Told) -> None:
        view = View.objects.get(kind=told.data["kind"], key=told.data["key"])
        saved.reshape(actor, view, self._shape(actor, told))
        saved.rename(actor, view, told.data["name"], told.data["shared"], team_id=_team(told))
        self._open(actor, told, view)

    def archive(self, actor: Actor, path: str) -> None:
        _folder, kind, name = path.split("/")
        saved.delete(actor, View.objects.get(kind=kind, key=name.removesuffix(".json")))

    def _shape(self, actor: Actor, told: Told) -> Shape:
        spec, whole = spec_of(told), {**self.usual, **told.data}
        for key in whole["columns"]:
            if key not in spec.by_key:
                told.refuse(_("There is no field called “%(key)s”.") % {"key": str(key)[:60]}, str(key))
        if whole["show"] not in DETAILS:
            told.refuse(_("A list cannot be shown like this."), "show")
        tree = inward(told, spec, whole["condition"])
        details = {name: str(value) for name, value in whole["details"].items()}
        known = {**whole, "condition": tree, "details": details}
        asked = View(**{name: known[name] for name in ("condition", "sort", "find", "columns", "show", "details")})
        found = saved.readable(actor, spec, asked)
        if found.is_closed or found.lacks or dict(found.shape.details) != details:
            told.refuse(_("The order, or how it is shown, names a field that is not here."), "sort")
        kept = tuple(details.items())
        return Shape(from_json(tree), whole["sort"], whole["find"], tuple(whole["columns"]), whole["show"], kept)

    def _open(self, actor: Actor, told: Told, view: View) -> None:
        keys = told.data.get("opens_first_for", [])
        roles = dict(Role.objects.filter(key__in=keys).values_list("key", "pk"))
        for key in keys:
            if key not in roles:
                told.refuse(_("There is no role “%(key)s”.") % {"key": str(key)[:60]}, str(key))
        if sorted(keys) != sorted(_opened_first().get(view.pk, [])):
            saved.make_role_default(actor, spec_of(told), view, list(roles.values()))


def _path(kind: str, key: str) -> str:
    return f"views/{kind}/{key}.json"


def _opened_first() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for view_id, key in RoleView.objects.order_by("role__key").values_list("view_id", "role__key"):
        found.setdefault(view_id, []).append(key)
    return found


def _team(told: Told) -> int | None:
    if told.data["shared"] != "team":
        return None
    name = told.data.get("team") or ""
    found = next((pk for pk, known in team_names().items() if known == name), None)
    if found is None:
        told.refuse(_("There is no team “%(name)s”.") % {"name": name[:60]}, name or "team")
    return found
