"""Definitions of objects and fields as files say them: written out here, made or changed there by the same verbs."""

from collections.abc import Mapping
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.definitions import conditions, fields, objects
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef, ObjectDef
from rapport.core.definitions.objects import ObjectData
from rapport.core.errors import Refused
from rapport.core.objects import registry

_CONDITIONS = "conditions"


def to_json(row: FieldDef) -> dict[str, Any]:
    """All that a definition says, under names that a person reads."""
    known = field_type(row.type)
    settings = {name: row.settings[name] for name in (known.asks if known else ()) if name in row.settings}
    return {
        "kind": row.kind, "key": row.key, "type": row.type, "label": row.label, "labels": row.labels,
        "group": row.group, "hint": row.hint, "options": row.options, "settings": settings,
        "conditions": {effect: tree for effect, tree in row.settings.get(_CONDITIONS, {}).items() if tree},
        "required": row.is_required, "unique": row.is_unique, "indexed": row.is_indexed,
    }  # fmt: skip


def data_of(told: Mapping[str, Any]) -> FieldData:
    """What a form would say of such a field."""
    return FieldData(
        key=told["key"], type=told["type"], label=told["label"], labels=told.get("labels", {}),
        group=told.get("group", ""), hint=told.get("hint", ""), options=told.get("options", ()),
        settings=told.get("settings", {}), is_required=told.get("required", False),
        is_unique=told.get("unique", False), is_indexed=told.get("indexed", False),
    )  # fmt: skip


def as_kept(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a definition would say after it was stored; as it stands where it would be refused."""
    spec, known, data = registry.find(told["kind"]), field_type(told["type"]), data_of(told)
    if spec is None or known is None:
        return told
    try:
        row = fields.drafted(spec, FieldDef(key=data.key, label=data.label), data)
        row.settings = {**row.settings, _CONDITIONS: conditions.as_kept(told.get(_CONDITIONS, {}))}
    except Refused:
        return told
    row.is_unique, row.is_indexed = bool(data.is_unique and known.can_unique), bool(data.is_indexed and known.can_index)
    return to_json(row)


def create(actor: Actor, told: Mapping[str, Any]) -> FieldDef:
    """A new field of that key. Its conditions are put later, when all fields are there: :func:`settle`."""
    return fields.create_field(actor, registry.get(told["kind"]), data_of(told))


def change(actor: Actor, row: FieldDef, told: Mapping[str, Any]) -> None:
    """Brings a field that is there, or was archived, in line. Its key and type stay."""
    if row.archived_at is not None:
        fields.bring_back_field(actor, row.pk)
    fields.change_field(actor, row.pk, data_of(told))


def settle(actor: Actor, row: FieldDef, told: Mapping[str, Any]) -> None:
    """Gives a field the conditions that the file says."""
    if conditions.may_stand_under(row):
        conditions.put(actor, row.pk, told.get(_CONDITIONS, {}))


def object_to_json(row: ObjectDef) -> dict[str, Any]:
    """All that the definition of an object says; its address is made where it comes to be."""
    return {"key": row.key, "label": row.label, "plural": row.plural, "icon": row.icon,
            "labels": {code: list(names) for code, names in row.labels.items()}}  # fmt: skip


def create_object(actor: Actor, told: Mapping[str, Any]) -> ObjectDef:
    """A new object of that key."""
    return objects.create_object(actor, _object_data(told))


def change_object(actor: Actor, row: ObjectDef, told: Mapping[str, Any]) -> None:
    """Brings an object that is there, or was archived, in line."""
    if row.archived_at is not None:
        objects.bring_back_object(actor, row.pk)
    objects.change_object(actor, row.pk, _object_data(told))


def _object_data(told: Mapping[str, Any]) -> ObjectData:
    labels = {code: (str(names[0]), str(names[1])) for code, names in told.get("labels", {}).items()}
    return ObjectData(told["label"], told["plural"], told.get("icon", "shapes"), labels, told["key"])
