"""Verbs on the fields that a workspace makes for itself: make, change, reorder, archive, bring back.

Each is one transaction with its event, and in force for every process at its next request. For those with the right
to shape the workspace.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.special import demand_right, may_right
from rapport.core.audit.notes import changed, tell
from rapport.core.definitions import loading, options, switches
from rapport.core.definitions.field_types import FieldType, field_type, who_needs
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.merging.pointing import catch_up
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.search import rebuilding, scopes
from rapport.lib import clock
from rapport.lib.text import clean_line, fold

MOST_FIELDS = 200  # of one object, archived ones not counted
MOST_SIGNS = {"label": 80, "group": 80, "hint": 300, "reverse": 80}
ACCEPTS = ("", "image")
PLACES = range(7)
_KEY = re.compile(r"c_[a-z0-9_]{1,40}", re.ASCII)


@dataclass(frozen=True)
class FieldData:
    """What a form says of a field. ``labels`` by language, where they differ from ``label``; a switch that is None
    stays as it is. ``key`` is that of a field which comes from another workspace: it keeps it, and the keys of its
    options.
    """

    label: str
    type: str = "text"
    labels: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    hint: str = ""
    options: Sequence[Mapping[str, Any]] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = False
    is_indexed: bool | None = None
    is_unique: bool | None = None
    key: str = ""


def may_shape(actor: Actor) -> bool:
    """Whether the actor may give objects fields."""
    return may_right(actor, "shape")


def demand_shape(actor: Actor) -> None:
    """NotAllowed unless the actor may."""
    demand_right(actor, "shape")


def own_fields(spec: ObjectSpec) -> list[FieldDef]:
    """The fields made for an object, in order, archived ones last."""
    found = FieldDef.objects.filter(kind=spec.key).order_by("position", "pk")
    return sorted(found, key=lambda one: one.archived_at is not None)


def get_field(actor: Actor, field_id: int) -> FieldDef:
    """The definition, for one who may change it; NotFound."""
    demand_shape(actor)
    found = FieldDef.objects.filter(pk=field_id).first()
    if found is None or registry.find(found.kind) is None:
        raise NotFound(_("There is no such field."))
    return found


def create_field(actor: Actor, spec: ObjectSpec, data: FieldData) -> FieldDef:
    """A new field. It is in lists, forms, files, search and history at once; no record is touched."""
    demand_shape(actor)
    known = field_type(data.type)
    if known is None:
        raise Invalid({"type": [_("Choose what the field holds.")]})
    with acting(actor, "field.created") as act:
        there = list(_locked(spec))
        if sum(one.archived_at is None for one in there) >= MOST_FIELDS:
            sentence = _("%(object)s have %(most)s fields already. Archive one that nobody needs.")
            raise Invalid({"": [sentence % {"object": spec.plural, "most": MOST_FIELDS}]})
        made = FieldDef(
            kind=spec.key, type=known.key, created_at=clock.now(), position=_last(spec) + 1,
            **_stated(spec, data, known, there),
        )  # fmt: skip
        made.key = _given_key(spec, data.key, there) if data.key else _free_key(spec, made.label, there)
        follows = switches.settle(actor, spec, known, made, (data.is_indexed, data.is_unique))
        made.save(force_insert=True)
        if follows:
            switches.ask(actor, made)
        _told(actor, act, "field.created", made, changed({}, audited(made)))
        loading.renew()
    return made


def change_field(actor: Actor, field_id: int, data: FieldData, *, seen: str = "") -> FieldDef:
    """Changes what a field is called, where it stands, its options and what it asks for; never its key and type.

    ``seen`` is the :func:`state` of the form: Conflict when somebody changed the field meanwhile.
    """
    demand_shape(actor)
    with acting(actor, "field.changed") as act:
        row, known = _mine(field_id)
        if seen and seen != state(row):
            raise Conflict(_("Somebody else changed this field in the meantime. Look at it again, then change it."))
        spec = registry.get(row.kind)
        before = audited(row)
        others = [one for one in _locked(spec) if one.pk != row.pk]
        for name, value in _stated(spec, data, known, others, row).items():
            setattr(row, name, value)
        if switches.settle(actor, spec, known, row, (data.is_indexed, data.is_unique)):
            switches.ask(actor, row)
        _keep(actor, act, "field.changed", row, changed(before, audited(row)))
    return row


def drafted(spec: ObjectSpec, row: FieldDef, data: FieldData) -> FieldDef:
    """The definition that ``data`` would make in the place of ``row``; it is not stored. Invalid as when it is made."""
    known = field_type(data.type)
    if known is None:
        raise Invalid({"type": [_("Choose what the field holds.")]})
    stated = _stated(spec, replace(data, label=row.label), known, ())
    return FieldDef(kind=spec.key, key=row.key, type=known.key, created_at=clock.now(), **stated)


def reorder_fields(actor: Actor, spec: ObjectSpec, ids: Sequence[int]) -> None:
    """Puts the fields of an object in this order; those that are not named come behind."""
    demand_shape(actor)
    with acting(actor, "field.reordered") as act:
        there = {one.pk: one for one in _locked(spec)}
        order = [there.pop(pk) for pk in dict.fromkeys(ids) if pk in there]
        order += sorted(there.values(), key=lambda one: (one.position, one.pk))
        for place, one in enumerate(order):
            one.position = place
        FieldDef.objects.bulk_update(order, ["position"])
        living = [one.label for one in order if one.archived_at is None]
        tell(actor, act, "field.reordered", {"kind": spec.key, "columns": living})
        loading.renew()


def archive_field(actor: Actor, field_id: int, *, is_converted: bool = False) -> FieldDef:
    """Takes a field out of sight, everywhere. Its values stay and come back with it. ``is_converted``: another field
    takes its place, also where it is needed.
    """
    demand_shape(actor)
    with acting(actor, "field.archived") as act:
        row, _known = _mine(field_id)
        if row.archived_at is not None:
            return row
        if label := who_needs(row.kind, row.key, is_converted=is_converted):
            sentence = _("“%(label)s” needs this field. Change that first.")
            raise Conflict(sentence % {"label": label})
        row.archived_at = clock.now()
        _keep(actor, act, "field.archived", row, {})
        search_anew(row)
    return row


def bring_back_field(actor: Actor, field_id: int) -> FieldDef:
    """Brings an archived field back, with the values that records have in it."""
    demand_shape(actor)
    with acting(actor, "field.brought_back") as act:
        row, _known = _mine(field_id)
        if row.archived_at is None:
            return row
        row.archived_at = None
        _refuse_same_label(row.label, [one for one in _locked(registry.get(row.kind)) if one.pk != row.pk])
        _keep(actor, act, "field.brought_back", row, {})
        catch_up(actor, registry.get(row.kind), [row.key])
        search_anew(row)
    return row


def state(row: FieldDef) -> str:
    """What a form saw of this field."""
    return hashlib.sha256(orjson.dumps(audited(row), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def audited(row: FieldDef) -> dict[str, Any]:
    """What the audit keeps of a field."""
    told: dict[str, Any] = {"label": row.label, "type": row.type, "required": row.is_required}
    told |= {"unique": row.is_unique, "indexed": row.is_indexed, "group": row.group, "hint": row.hint}
    told |= {f"label.{language}": label for language, label in row.labels.items()}
    told |= {name: value for name, value in row.settings.items() if name not in ("conditions", "reverse_labels")}
    told |= {f"reverse.{language}": label for language, label in row.settings.get("reverse_labels", {}).items()}
    told |= {effect: orjson.dumps(tree).decode() for effect, tree in row.settings.get("conditions", {}).items()}
    if row.options:
        told["options"] = [_option_words(one) for one in row.options]
    return {key: value for key, value in told.items() if value not in ("", False, None)}


def _option_words(one: Mapping[str, Any]) -> str:
    return f"{one['label']} ({one.get('tone', 'grey')}{', –' if one.get('is_archived') else ''})"


def search_anew(row: FieldDef) -> None:
    """Lets the worker write the search entries of the kind again, where the field is one that search looks into."""
    made = loading.field_of(row)
    if made is not None and made.weight and scopes.write_anew(row.kind):
        rebuilding.ask()


# -------------------------------------------------------------------- pieces
def _locked(spec: ObjectSpec) -> Any:
    return FieldDef.objects.select_for_update().filter(kind=spec.key).order_by("position", "pk")


def _mine(field_id: int) -> tuple[FieldDef, FieldType]:
    row = FieldDef.objects.select_for_update().filter(pk=field_id).first()
    known = field_type(row.type) if row is not None and registry.find(row.kind) else None
    if row is None or known is None:
        raise NotFound(_("There is no such field."))
    return row, known


def _keep(actor: Actor, act: Act, kind: str, row: FieldDef, changes: Mapping[str, Any]) -> None:
    row.save()
    _told(actor, act, kind, row, changes)
    loading.renew()


def _told(actor: Actor, act: Act, kind: str, row: FieldDef, changes: Mapping[str, Any]) -> None:
    act.label = row.label
    act.save(update_fields=["label"])
    data = {"kind": row.kind, "field": row.key, "name": row.label}
    tell(actor, act, kind, {**data, "changes": dict(changes)} if changes else data)


def _last(spec: ObjectSpec) -> int:
    return FieldDef.objects.filter(kind=spec.key).aggregate(last=Max("position"))["last"] or 0


def _stated(
    spec: ObjectSpec, data: FieldData, known: FieldType, others: Sequence[FieldDef], row: FieldDef | None = None
) -> dict[str, Any]:
    """What a form says, in order; Invalid with a sentence by part of the form."""
    label = _line("label", data.label)
    if not label:
        raise Invalid({"label": [_("Enter a name.")]})
    _refuse_same_label(label, others)
    languages = {code for code, _name in settings.LANGUAGES}
    labels = {code: _line("label", text) for code, text in data.labels.items() if code in languages}
    return {
        "label": label,
        "labels": {code: text for code, text in labels.items() if text and text != label},
        "group": _line("group", data.group),
        "hint": _line("hint", data.hint),
        "options": _options(known, data, row),
        "settings": _settings(spec, known, data.settings, row),
        "is_required": data.is_required and not known.read_only,
    }


def _options(known: FieldType, data: FieldData, row: FieldDef | None) -> list[dict[str, Any]]:
    if not known.has_options:
        return []
    before = row.options if row else []
    return options.settled(data.options, before, keep=bool(data.key), may_be_none=known.may_lack_options)


def _line(name: str, text: str) -> str:
    try:
        return clean_line(text, MOST_SIGNS[name])
    except ValueError as error:
        raise Invalid({name: [str(error)]}) from None


def _refuse_same_label(label: str, others: Sequence[FieldDef]) -> None:
    if any(fold(one.label) == fold(label) for one in others if one.archived_at is None):
        sentence = _("There is a field called “%(label)s” already. Give this one another name.")
        raise Invalid({"label": [sentence % {"label": label}]})


def _settings(spec: ObjectSpec, known: FieldType, given: Mapping[str, Any], row: FieldDef | None) -> dict[str, Any]:
    """The settings of a type. Where a link leads stays as it was made: the numbers in it are of that kind."""
    kept = dict(row.settings) if row else {}
    for name in known.asks:
        if row is not None and name == "to":
            continue
        check = _CHECKS.get(name)
        kept[name] = check(given.get(name)) if check else given.get(name)
    return known.settle(spec, kept, row) if known.settle else kept


def _places(value: Any) -> int:
    try:
        places = 2 if value in (None, "") else int(value)
    except (TypeError, ValueError):
        places = -1
    if places not in PLACES:
        raise Invalid({"places": [_("Between 0 and %(most)s digits are possible.") % {"most": PLACES[-1]}]})
    return places


def _to(value: Any) -> str:
    if registry.find(str(value or "")) is None:
        raise Invalid({"to": [_("Choose what the link leads to.")]})
    return str(value)


def _accepts(value: Any) -> str:
    return str(value) if value in ACCEPTS else ""


def _yearly(value: Any) -> bool:
    return value in (True, "1")


def _reverse(value: Any) -> str:
    return _line("reverse", str(value or ""))


def _reverse_labels(value: Any) -> dict[str, str]:
    """What the other side is called in other languages."""
    given = value if isinstance(value, Mapping) else {}
    return {code: text for code, _name in settings.LANGUAGES if (text := _line("reverse", str(given.get(code) or "")))}


_CHECKS = {
    "places": _places, "yearly": _yearly, "to": _to, "accepts": _accepts, "reverse": _reverse,
    "reverse_labels": _reverse_labels,
}  # fmt: skip


def _given_key(spec: ObjectSpec, key: str, there: Sequence[FieldDef]) -> str:
    """A key that a field brings along. Invalid where it is none, or another field has it."""
    if not _KEY.fullmatch(key) or key in spec.by_key or any(key == one.key for one in there):
        raise Invalid({"key": [_("“%(key)s” cannot be the key of a new field.") % {"key": key[:60]}]})
    return key


def _free_key(spec: ObjectSpec, label: str, there: Sequence[FieldDef]) -> str:
    """A key made of the label that no field has or had. Beside each stands the currency of its money, if it has any."""
    taken = {one.key for one in there} | set(spec.by_key)
    taken |= {f"{key}_currency" for key in taken}
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in fold(label))
    base = "_".join(part for part in plain.split("_") if part)[:28] or "field"
    key, number = f"c_{base}", 1
    while key in taken or f"{key}_currency" in taken:
        number += 1
        key = f"c_{base}_{number}"
    return key
