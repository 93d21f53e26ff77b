"""Definitions of fields as files say them: written out here, and made or changed elsewhere through the same verbs."""

from collections.abc import Mapping
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.definitions import conditions, fields
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
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
