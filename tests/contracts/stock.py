"""A record of every kind for the contracts, made from the declarations alone: a new object needs no line here."""

from itertools import count
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.access.levels import writable_fields
from rapport.core.definitions import fields, objects
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.objects import ObjectData
from rapport.core.fields import Choice, Field, FileField, Link, Links
from rapport.core.fields.choice import Choices
from rapport.core.files.incoming import take_in
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.segments.fields import Segments
from rapport.lib.tests.test_file_kinds import png
from tests.fields import SAMPLES

SPECS = [spec.key for spec in registry.declared()]
MADE = "c_ovens"  # an object made at run time, which obeys the same contracts
# Fields whose values are records that must be there first.
_MADE_FIRST = {"about": "person"}
# Fields that repeat what shorter ones say; both at once would say it twice.
_LEFT_OUT = {"identities", "affiliations", "user", "team"}
_NEEDED = {"deal": ("company",)}  # links without which there is no such record
TEXTS = ("text", "long_text")
_LINKED = 2000  # from this number on records are made because others link to them
_numbers = count(_LINKED)


def spec_of(kind: str) -> ObjectSpec:
    """The object called so; the one made at run time is made where it is not there yet."""
    if kind == MADE and registry.find(MADE) is None:
        system = Actor.system()
        objects.create_object(system, ObjectData("Oven", "Ovens"))
        options = [{"label": "Working"}, {"label": "Broken"}]
        fields.create_field(system, registry.get(MADE), FieldData("State", type="choice", options=options))
        fields.create_field(system, registry.get(MADE), FieldData("Site", type="text"))
    return registry.get(kind)


def sample_values(by: Actor, spec: ObjectSpec, number: int = 0) -> dict[str, Any]:
    """Values for all fields that ``by`` may write; ``number`` keeps apart what must be unique."""
    values: dict[str, Any] = {}
    for key, field in writable_fields(by, spec).items():
        if field.type in _LEFT_OUT:
            continue
        if (value := _sample(by, field, number)) is not None:
            values[key] = value
    return values


def _sample(by: Actor, field: Field, number: int) -> Any:
    if field.type in _MADE_FIRST:
        kind = registry.get(_MADE_FIRST[field.type])
        return [make(by, kind, next(_numbers)).pk]
    if isinstance(field, Link | Links):
        target = registry.find(field.to) if number < _LINKED else None  # what is linked to is linked to nothing
        more = {"object": field.of} if isinstance(field, Segments) else {}
        made = _linked(by, target, **more) if target else None
        return [made] if made and isinstance(field, Links) else made
    if isinstance(field, Choice):
        return [field.options[0].key] if isinstance(field, Choices) else field.options[0].key
    if isinstance(field, FileField):
        return take_in(by, f"{field.key} {number}.png", [png(8, 8)])
    if field.type == "email":
        return f"sample{number}@{field.key.replace('_', '-')}.example"
    if field.type == "text":
        return f"{field.key} {number}"
    if field.type == "integer":
        return number
    some = [one for one in SAMPLES.get(field.type, ()) if _is_allowed(field, one)]
    return some[number % len(some)] if some else None


def _linked(by: Actor, spec: ObjectSpec, **more: Any) -> int:
    """A record to link to, with what it cannot be without."""
    needed = {key: make(by, registry.get(key), next(_numbers)).pk for key in _NEEDED.get(spec.key, ())}
    pk: int = make(by, spec, next(_numbers), **needed, **more).pk
    return pk


def _is_allowed(field: Field, value: Any) -> bool:
    """Whether a number lies within the bounds of its field."""
    low, high = getattr(field, "minimum", None), getattr(field, "maximum", None)
    return (low is None or value >= low) and (high is None or value <= high)


def make(by: Actor, spec: ObjectSpec, number: int = 0, **values: Any) -> Any:
    """A record of that kind with a value in every field."""
    return saving.create(by, spec, {**sample_values(by, spec, number), **values})
