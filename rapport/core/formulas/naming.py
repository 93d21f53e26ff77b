"""The fields that a formula names: by key, or by label in braces; and which of them are called what."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.core.fields import Address, Field, FileField, Link, Links, Tags, Text, User
from rapport.core.fields.child import ChildField
from rapport.core.formulas.parsing import parse
from rapport.core.formulas.tree import FormulaError, Kind, Part
from rapport.lib.text import fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

Fields = Mapping[str, Field]
Name = tuple[str, bool]  # what was written, and whether it is a label
KINDS = {
    "integer": Kind.NUMBER, "decimal": Kind.NUMBER, "percent": Kind.NUMBER, "money": Kind.MONEY,
    "text": Kind.TEXT, "long_text": Kind.TEXT, "email": Kind.TEXT, "phone": Kind.TEXT, "url": Kind.TEXT,
    "choice": Kind.TEXT, "yes_no": Kind.YES_NO, "date": Kind.DATE, "moment": Kind.MOMENT,
}  # fmt: skip


def kind_of(field: Field) -> Kind | None:
    """What a formula makes of a field's value; None for fields that no formula reads."""
    if isinstance(field, ChildField | FileField):
        return None
    return KINDS.get(field.type)


def find(fields: Fields, name: Name, part: Part, plural: object) -> Field:
    """The field called so. FormulaError names what could be meant."""
    text, is_label = name
    if not is_label:
        if field := fields.get(text) or fields.get(text.lower()):
            return field
    elif found := [field for field in fields.values() if fold(str(field.label)) == fold(text)]:
        if len(found) > 1:
            keys = ", ".join(field.key for field in found)
            sentence = _("Several fields are called “%(name)s”. Write one of their keys instead: %(keys)s.")
            raise FormulaError(sentence % {"name": text, "keys": keys}, part.at, part.length)
        return found[0]
    elif text in fields:
        return fields[text]
    raise FormulaError(unknown(fields, text, plural), part.at, part.length)


def unknown(fields: Fields, text: str, plural: object) -> str:
    """That there is no such field, and which one comes near."""
    sentence = _("%(plural)s have no field “%(name)s”.") % {"plural": plural, "name": text}
    wanted = fold(text)
    alike = get_close_matches(wanted, [name for f in fields.values() for name in (f.key, fold(str(f.label)))], 3, 0.7)
    near = [f for f in fields.values() if f.key in alike or fold(str(f.label)) in alike or wanted in f.key]
    known = [field.key for field in near or fields.values() if kind_of(field) or isinstance(field, Link)]
    hint = _("Did you mean: %(known)s?") if near else _("There are: %(known)s.")
    return f"{sentence} {hint % {'known': ', '.join(known[:12])}}" if known else sentence


def unusable(field: Field) -> str:
    """Why no formula reads a field, and what to write instead."""
    if isinstance(field, User):
        return _("“%(label)s” names a user, whom a formula cannot read.") % {"label": field.label}
    if isinstance(field, Link):
        example = {"label": field.label, "example": f"{field.key}.name"}
        return _("“%(label)s” leads to another record. Name a field of it, for example %(example)s.") % example
    if isinstance(field, Address):
        example = {"label": field.label, "example": f"{field.key}.city"}
        return _("“%(label)s” has several parts. Name one of them, for example %(example)s.") % example
    if isinstance(field, Links | Tags):
        return _("“%(label)s” may hold many values, which a formula cannot read.") % {"label": field.label}
    return _("“%(label)s” cannot be used in a formula.") % {"label": field.label}


def names_in(part: Part) -> Iterable[Part]:
    """All fields that a tree names."""
    if part.name == "field":
        yield part
    for inner in part.parts:
        yield from names_in(inner)


def part_of_address(field: Field, name: Name) -> Text | None:
    """The part of an address that is called so, by its key or its label."""
    if not isinstance(field, Address):
        return None
    text, is_label = name
    if is_label:
        return next((part for part in field.parts() if fold(str(part.label)) == fold(text)), None)
    return field.part(text.lower())


def with_labels(text: str, spec: "ObjectSpec", others: Mapping[str, "ObjectSpec"]) -> str:
    """A stored formula as it is shown to people: keys of fields made at run time become their labels in braces."""
    try:
        parts = sorted(names_in(parse(text)), key=lambda part: part.at, reverse=True)
    except FormulaError:
        return text
    for part in parts:
        (head, is_label), *rest = part.value
        shown = _shown(spec.by_key, head) if not is_label else f"{{{head}}}"
        behind = others.get(head)
        field = spec.by_key.get(head)
        if behind is None and isinstance(field, Link) and field.to:
            behind = others.get(field.to)
        for name, is_label in rest:
            shown += "." + (_shown(behind.by_key, name) if behind and not is_label else name)
        text = text[: part.at] + shown + text[part.at + part.length :]
    return text


def _shown(fields: Fields, key: str) -> str:
    field = fields.get(key)
    if field is None or not field.key.startswith("c_"):
        return key
    label = str(field.label)
    alone = sum(fold(str(other.label)) == fold(label) for other in fields.values()) == 1
    return f"{{{label}}}" if alone and not {"{", "}"} & set(label) else key
