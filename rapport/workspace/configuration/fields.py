"""Fields made at run time: ``fields/person/c_allergens.json``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.definitions import as_files
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.fields import archive_field, reorder_fields
from rapport.core.definitions.models import FieldDef
from rapport.core.objects import registry
from rapport.workspace.configuration.files import Told, said_of
from rapport.workspace.configuration.part import Part, spec_of

_CONDITIONS = "conditions"


class Fields(Part):
    """A file says what :mod:`rapport.core.definitions.as_files` does."""

    folder = "fields"
    shape: ClassVar = {
        "kind": str, "key": str, "type": str, "label": str, "labels": dict, "group": str, "hint": str,
        "options": list, "settings": dict, "conditions": dict, "required": bool, "unique": bool, "indexed": bool,
    }  # fmt: skip
    usual: ClassVar = {
        "labels": {}, "group": "", "hint": "", "options": [], "settings": {}, "conditions": {},
        "required": False, "unique": False, "indexed": False,
    }  # fmt: skip
    optional = frozenset(usual)

    def now(self) -> dict[str, dict[str, Any]]:
        rows = FieldDef.objects.filter(archived_at=None).order_by("kind", "key")
        return {_path(row): as_files.to_json(row) for row in rows if registry.find(row.kind) is not None}

    def plain(self, data: Mapping[str, Any]) -> Any:
        """Archived options are not offered, so they need not be named."""
        whole = {**self.usual, **as_files.as_kept({**self.usual, **data})}
        options = [{"tone": "grey", **one} for one in whole["options"] if not one.get("is_archived")]
        settings = {
            name: value
            for name, value in whole["settings"].items()
            if value is not False and value not in (None, "", {})
        }
        return {
            **whole,
            "settings": settings,
            "options": [{key: one.get(key) for key in ("key", "label", "tone")} for one in options],
        }

    def check(self, told: Told) -> None:
        super().check(told)
        spec_of(told)
        if told.path != f"fields/{told.data['kind']}/{told.data['key']}.json":
            told.refuse(_("The file must be called after its kind and key."), "key")
        known = field_type(told.data["type"])
        if known is not None and known.read_only and any(told.data.get(_CONDITIONS, {}).values()):
            told.refuse(_("This field cannot stand under a condition."), _CONDITIONS)
        for one in told.data.get("options", ()):
            if not isinstance(one, dict) or not {"key", "label"} <= one.keys() <= {
                "key",
                "label",
                "tone",
                "is_archived",
            }:
                told.refuse(_("An option is {“key”, “label”, “tone”}."), "options")

    def make(self, actor: Actor, told: Told) -> None:
        row = FieldDef.objects.filter(kind=told.data["kind"], key=told.data["key"]).first()
        if row is None:
            as_files.create(actor, told.data)
        else:
            self._bring_in_line(actor, row, told)

    def change(self, actor: Actor, told: Told) -> None:
        self._bring_in_line(actor, FieldDef.objects.get(kind=told.data["kind"], key=told.data["key"]), told)

    def _bring_in_line(self, actor: Actor, row: FieldDef, told: Told) -> None:
        if row.type != told.data["type"]:
            told.refuse(_("A field is converted to another type on its page, not by a file."), "type")
        if told.data["type"] in ("link", "links", "labelled_links") and row.settings.get("to") != told.data[
            "settings"
        ].get("to"):
            told.refuse(_("Where a link leads cannot be changed: make another field."), "to")
        as_files.change(actor, row, told.data)

    def archive(self, actor: Actor, path: str) -> None:
        _folder, kind, name = path.split("/")
        archive_field(actor, FieldDef.objects.get(kind=kind, key=name.removesuffix(".json")).pk)

    def settle(self, actor: Actor, told: Sequence[Told]) -> None:
        rows = {_path(row): row for row in FieldDef.objects.filter(archived_at=None)}
        for one in told:
            if as_files.to_json(rows[one.path])[_CONDITIONS] != one.data.get(_CONDITIONS, {}):
                with said_of(one):
                    as_files.settle(actor, rows[one.path], one.data)


class Order(Part):
    """In which order the fields of an object stand: ``order/person.json``. Fields that it does not name come behind."""

    folder = "order"
    shape: ClassVar = {"kind": str, "fields": list}
    archives = False

    def now(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for kind, key in _living().values_list("kind", "key"):
            found.setdefault(f"order/{kind}.json", {"kind": kind, "fields": []})["fields"].append(key)
        return found

    def plain(self, data: Mapping[str, Any]) -> Any:
        there = list(_living().filter(kind=data["kind"]).values_list("key", flat=True))
        named = [key for key in data["fields"] if key in there]
        return {**data, "fields": [*named, *(key for key in there if key not in named)]}

    def check(self, told: Told) -> None:
        super().check(told)
        known = set(FieldDef.objects.filter(kind=spec_of(told).key).values_list("key", flat=True))
        for key in told.data["fields"]:
            if key not in known:
                told.refuse(_("There is no field called “%(key)s”.") % {"key": str(key)[:60]}, str(key))

    def make(self, actor: Actor, told: Told) -> None:
        self.change(actor, told)

    def change(self, actor: Actor, told: Told) -> None:
        ids = dict(_living().filter(kind=told.data["kind"]).values_list("key", "pk"))
        reorder_fields(actor, spec_of(told), [ids[key] for key in self.plain(told.data)["fields"]])


def _living() -> QuerySet[FieldDef]:
    return FieldDef.objects.filter(archived_at=None).order_by("kind", "position", "pk")


def _path(row: FieldDef) -> str:
    return f"fields/{row.kind}/{row.key}.json"
