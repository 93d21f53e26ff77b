"""Objects made at run time: ``objects/c_ovens.json``."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.definitions import as_files
from rapport.core.definitions.models import ObjectDef
from rapport.core.definitions.objects import archive_object
from rapport.workspace.configuration.files import Told
from rapport.workspace.configuration.part import Part


class Objects(Part):
    """A file says what an object is called, in which languages, and its icon."""

    folder = "objects"
    shape: ClassVar = {"key": str, "label": str, "plural": str, "icon": str, "labels": dict}
    usual: ClassVar = {"icon": "shapes", "labels": {}}
    optional = frozenset(usual)

    def now(self) -> dict[str, dict[str, Any]]:
        rows = ObjectDef.objects.filter(archived_at=None).order_by("key")
        return {f"objects/{row.key}.json": as_files.object_to_json(row) for row in rows}

    def check(self, told: Told) -> None:
        super().check(told)
        if told.path != f"objects/{told.data['key']}.json":
            told.refuse(_("The file must be called after its key."), "key")
        for code, names in told.data.get("labels", {}).items():
            if not isinstance(names, list) or len(names) != 2:
                told.refuse(_("“%(key)s” has a value of another sort.") % {"key": code[:60]}, code)

    def make(self, actor: Actor, told: Told) -> None:
        row = ObjectDef.objects.filter(key=told.data["key"]).first()
        if row is None:
            as_files.create_object(actor, told.data)
        else:
            as_files.change_object(actor, row, told.data)

    def change(self, actor: Actor, told: Told) -> None:
        as_files.change_object(actor, ObjectDef.objects.get(key=told.data["key"]), told.data)

    def archive(self, actor: Actor, path: str) -> None:
        archive_object(actor, ObjectDef.objects.get(key=path.split("/")[1].removesuffix(".json")).pk)
