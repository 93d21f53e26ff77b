"""Verbs on the objects that a workspace makes for itself: make, change, archive, bring back.

Each is one transaction with its event, and in force for every process at its next request. For those with the right to
shape the workspace. What an object holds is made by the verbs on fields.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.urls import get_resolver
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.audit.notes import changed, tell
from rapport.core.definitions import loading
from rapport.core.definitions.custom_records import ensure_indexes
from rapport.core.definitions.field_types import needs_object
from rapport.core.definitions.fields import demand_shape
from rapport.core.definitions.models import ObjectDef
from rapport.core.definitions.object_icons import ICONS
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.merging.pointing import catch_up
from rapport.core.objects import registry
from rapport.core.search import fulltext
from rapport.lib import clock
from rapport.lib.text import clean_line, fold

MOST_OBJECTS = 40  # archived ones not counted: the palette and home ask about each
MOST_SIGNS = 60  # of a name
# First parts of addresses that no page answers by itself, and of pages that are to come.
_KEY = re.compile(r"c_[a-z0-9_]{1,40}", re.ASCII)
_RESERVED = ("static", "media", "api", "files", "portal", "forms")


@dataclass(frozen=True)
class ObjectData:
    """What a form says of an object. ``labels``: by language its name and its plural, where they differ. ``key``: that
    of an object which comes from another workspace.
    """

    label: str
    plural: str
    icon: str = "shapes"
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    key: str = ""


def every(actor: Actor) -> list[ObjectDef]:
    """All objects made here, in the order they were made, archived ones last; for one who may change them."""
    demand_shape(actor)
    return sorted(ObjectDef.objects.order_by("pk"), key=lambda one: one.archived_at is not None)


def get_object(actor: Actor, object_id: int) -> ObjectDef:
    """The definition, for one who may change it; NotFound."""
    demand_shape(actor)
    found = ObjectDef.objects.filter(pk=object_id).first()
    if found is None:
        raise NotFound(_("There is no such object."))
    return found


def create_object(actor: Actor, data: ObjectData) -> ObjectDef:
    """A new object. Its list, forms, pages, rights and search are there at once, for all whose role lets them."""
    demand_shape(actor)
    with acting(actor, "object.created") as act:
        there = list(ObjectDef.objects.select_for_update())
        _demand_room(there)
        stated = _stated(data, "")
        key = _given_key(data.key, there) if data.key else _free_key(stated["plural"], there)
        made = ObjectDef(key=key, path=_free_path(stated["plural"], there),
                         created_at=clock.now(), **stated)  # fmt: skip
        made.save(force_insert=True)
        ensure_indexes(made.key)
        fulltext.ensure([made.key])
        _told(actor, act, "object.created", made, changed({}, audited(made)))
        loading.renew()
    return made


def change_object(actor: Actor, object_id: int, data: ObjectData, *, seen: str = "") -> ObjectDef:
    """Changes what an object is called and its icon; never its key and address.

    ``seen`` is the :func:`state` of the form: Conflict when somebody changed the object meanwhile.
    """
    demand_shape(actor)
    with acting(actor, "object.changed") as act:
        row = _mine(object_id)
        if seen and seen != state(row):
            raise Conflict(_("Somebody else changed this object in the meantime. Look at it again, then change it."))
        before = audited(row)
        for name, value in _stated(data, row.key).items():
            setattr(row, name, value)
        _keep(actor, act, "object.changed", row, changed(before, audited(row)))
    return row


def archive_object(actor: Actor, object_id: int) -> ObjectDef:
    """Takes an object with all its records out of sight, everywhere. They come back with it.

    Conflict where a field of another object leads there or is computed from its records.
    """
    demand_shape(actor)
    with acting(actor, "object.archived") as act:
        row = _mine(object_id)
        if row.archived_at is not None:
            return row
        if needed := _needed_by(row.key):
            sentence = _("%(fields)s: this needs the object. Archive it first.")
            raise Conflict(sentence % {"fields": ", ".join(needed)})
        row.archived_at = clock.now()
        _keep(actor, act, "object.archived", row, {})
    return row


def bring_back_object(actor: Actor, object_id: int) -> ObjectDef:
    """Brings an archived object back, with its records."""
    demand_shape(actor)
    with acting(actor, "object.brought_back") as act:
        row = _mine(object_id)
        if row.archived_at is None:
            return row
        _demand_room(list(ObjectDef.objects.select_for_update()))
        _refuse_same("plural", row.plural, row.key)
        _refuse_same("label", row.label, row.key)
        row.archived_at = None
        _keep(actor, act, "object.brought_back", row, {})
        spec = registry.get(row.key)
        catch_up(actor, spec, [field.key for field in spec.all_fields])
    return row


def state(row: ObjectDef) -> str:
    """What a form saw of this object."""
    return hashlib.sha256(orjson.dumps(audited(row), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def audited(row: ObjectDef) -> dict[str, Any]:
    """What the audit keeps of an object."""
    told = {"label": row.label, "plural": row.plural, "icon": row.icon}
    return told | {f"label.{language}": " / ".join(names) for language, names in row.labels.items()}


def ensure_all_indexes() -> None:
    """Makes the indexes of all objects that are missing: a migration that wrote their table anew has left them out."""
    for key in ObjectDef.objects.values_list("key", flat=True):
        ensure_indexes(key)


# -------------------------------------------------------------------- pieces
def _mine(object_id: int) -> ObjectDef:
    row = ObjectDef.objects.select_for_update().filter(pk=object_id).first()
    if row is None:
        raise NotFound(_("There is no such object."))
    return row


def _keep(actor: Actor, act: Act, kind: str, row: ObjectDef, changes: Mapping[str, Any]) -> None:
    row.save()
    _told(actor, act, kind, row, changes)
    loading.renew()


def _told(actor: Actor, act: Act, kind: str, row: ObjectDef, changes: Mapping[str, Any]) -> None:
    act.label = row.plural
    act.save(update_fields=["label"])
    data = {"object": row.key, "name": row.plural}
    tell(actor, act, kind, {**data, "changes": dict(changes)} if changes else data)


def _demand_room(there: list[ObjectDef]) -> None:
    if sum(one.archived_at is None for one in there) >= MOST_OBJECTS:
        sentence = _("There are %(most)s objects already. Archive one that nobody needs.")
        raise Invalid({"": [sentence % {"most": MOST_OBJECTS}]})


def _stated(data: ObjectData, key: str) -> dict[str, Any]:
    """What a form says, in order; Invalid with a sentence by part of the form."""
    stated: dict[str, Any] = {"label": _line("label", data.label), "plural": _line("plural", data.plural)}
    missing = {name: [_("Enter a name.")] for name, text in stated.items() if not text}
    if missing:
        raise Invalid(missing)
    for name, text in stated.items():
        _refuse_same(name, text, key)
    if data.icon not in ICONS:
        raise Invalid({"icon": [_("Choose one of these icons.")]})
    labels = {}
    for code, _name in settings.LANGUAGES:
        one, many = (_line(f"{name}.{code}", text) for name, text in zip(
            ("label", "plural"), data.labels.get(code, ("", "")), strict=True))  # fmt: skip
        own = (one or stated["label"], many or stated["plural"])
        if own != (stated["label"], stated["plural"]):
            labels[code] = own
    return {**stated, "labels": labels, "icon": data.icon}


def _line(name: str, text: str) -> str:
    try:
        return clean_line(text, MOST_SIGNS)
    except ValueError as error:
        raise Invalid({name: [str(error)]}) from None


def _refuse_same(name: str, text: str, key: str) -> None:
    """The names of two objects must tell them apart; a plural may be called as its own singular is."""
    for spec in registry.every():
        if spec.key != key and fold(text) in (fold(str(spec.label)), fold(str(spec.plural))):
            sentence = _("There is an object called “%(label)s” already. Give this one another name.")
            raise Invalid({name: [sentence % {"label": text}]})


def _needed_by(key: str) -> list[str]:
    """The fields of other objects that lead to one or are computed from its records: “Customer of Orders”."""
    return [
        _("“%(field)s” of %(objects)s") % {"field": field.label, "objects": spec.plural}
        for spec in registry.every()
        if spec.key != key
        for field in spec.all_fields
        if needs_object(field, key)
    ]


def _given_key(key: str, there: list[ObjectDef]) -> str:
    """A key that an object brings along. Invalid where it is none, or another object has it."""
    if not _KEY.fullmatch(key) or any(key == one.key for one in there):
        raise Invalid({"key": [_("“%(key)s” cannot be the key of a new object.") % {"key": key[:60]}]})
    return key


def _free_key(plural: str, there: list[ObjectDef]) -> str:
    """A key made of the name that no object has or had."""
    base = slugify(fold(plural)).replace("-", "_")[:30].strip("_") or "object"
    taken = {one.key for one in there}
    key, number = f"c_{base}", 1
    while key in taken:
        number += 1
        key = f"c_{base}_{number}"
    return key


def _free_path(plural: str, there: list[ObjectDef]) -> str:
    """The first part of its addresses, made of the name; no page of the house has it, and no object had it."""
    base = slugify(fold(plural)).replace("_", "-")[:30].strip("-") or "objects"
    base = base if base[0].isalpha() else f"objects-{base}"
    taken = {str(pattern.pattern).partition("/")[0] for pattern in get_resolver().url_patterns}
    taken |= {one.path for one in there} | {spec.path for spec in registry.declared()} | {*_RESERVED}
    path, number = base, 1
    while path in taken:
        number += 1
        path = f"{base}-{number}"
    return path
