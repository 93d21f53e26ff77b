"""The columns of an exported table: titles that an import finds again, values as text that fields read back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.errors import BadQuery
from rapport.core.exporting.reading import Chunk, links_many
from rapport.core.fields import Address, ChildField, Field, Link, Links, Locale, Moment, RichText, User
from rapport.core.fields.address import PARTS
from rapport.core.fields.column_titles import address_title, html_title, id_title

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

Texts = Callable[[Chunk], Sequence[str]]


@dataclass(frozen=True)
class Column:
    """A column: its title, and its texts, one for each record of a chunk. ``number``: its texts are plain numbers."""

    title: str
    texts: Texts
    number: bool = False


def exported_fields(actor: Actor, spec: "ObjectSpec", chosen: Sequence[str] = ()) -> list[Field]:
    """The fields that an export of this actor holds: all, or those ``chosen`` by key. BadQuery for an unknown one."""
    known = {
        key: field
        for key, field in readable_fields(actor, spec).items()
        if field.control != "none" or links_many(field)
    }
    for key in chosen:
        if key not in known:
            raise BadQuery(
                _("There is no column “%(name)s” to export. Known: %(known)s.")
                % {"name": key, "known": ", ".join(known)}
            )
    return [known[key] for key in dict.fromkeys(chosen)] if chosen else list(known.values())


def columns(fields: Sequence[Field], locale: Locale) -> list[Column]:
    """Two columns for links (title and number) and rich text (words and HTML), one for each part of an address, one for
    all else.
    """
    addresses = sum(isinstance(field, Address) for field in fields)
    made: list[Column] = []
    for field in fields:
        label = str(field.label)
        if isinstance(field, Address):
            for part, name in PARTS.items():
                made.append(Column(address_title(field, str(name), alone=addresses == 1), _part(field.key, part)))
        elif isinstance(field, Link):
            made.append(Column(label, _titles(field.key)))
            if not isinstance(field, User):
                made.append(Column(id_title(label), _texts(field), number=True))
        elif isinstance(field, Links):
            made.append(Column(label, _each(field.key, field.to_titles)))
            made.append(Column(id_title(label), _each(field.key, field.to_text)))
        elif isinstance(field, RichText):
            made.append(Column(label, _each(field.key, field.to_plain)))
            made.append(Column(html_title(label), _texts(field)))
        elif links_many(field):
            made.append(Column(label, _names(field, locale)))
            made.append(Column(id_title(label), _numbers(field)))
        else:
            made.append(Column(label, _texts(field), number=field.type in ("integer", "decimal", "percent")))
    return made


def number_title() -> str:
    """The title of the column with the record's own number."""
    return _("Number in Rapport")


def _texts(field: Field) -> Texts:
    key, to_text = field.key, field.to_text
    if type(field) is Moment:
        return lambda chunk: [value or "" for value in as_json(field, chunk)]
    if type(field).to_text is Field.to_text and field.empty == "" and not field.nullable:
        return lambda chunk: chunk.values[key]  # texts as they are
    return lambda chunk: [to_text(value) for value in chunk.values[key]]


def _each(key: str, text: Callable[[Any], str]) -> Texts:
    return lambda chunk: [text(value) for value in chunk.values[key]]


def _titles(key: str) -> Texts:
    return lambda chunk: ["" if value is None else getattr(value, "title", "") for value in chunk.values[key]]


def _part(key: str, part: str) -> Texts:
    return lambda chunk: [value.get(part, "") if value else "" for value in chunk.values[key]]


def _names(field: Field, locale: Locale) -> Texts:
    """What the linked records are called, with whatever else the field knows of the link."""
    return lambda chunk: [
        field.cell_with(value, chunk.names, locale).text if value else "" for value in chunk.values[field.key]
    ]


def _numbers(field: Field) -> Texts:
    def texts(chunk: Chunk) -> list[str]:
        return [_joined(field.targets(value)) if value else "" for value in chunk.values[field.key]]

    return texts


def _joined(targets: Sequence[tuple[str, int]]) -> str:
    """The numbers of records; users are told by their names."""
    return ", ".join(str(number) for table, number in targets if table == "record")


def as_json(field: Field, chunk: Chunk) -> list[Any]:
    """The values in their canonical JSON form; links as id and title, empty ones as null."""
    if isinstance(field, Link):
        return [_link(value) for value in chunk.values[field.key]]
    if links_many(field):
        return [_linked(field, value, chunk) if value else None for value in chunk.values[field.key]]
    if field.key in chunk.told:
        nothing = False if field.empty is False else None
        return [nothing if value is None or value == "" else value for value in chunk.told[field.key]]
    column, to_json, empty = chunk.values[field.key], field.to_json, field.empty
    if type(field).to_json is ChildField.to_json:
        return [value or None for value in column]  # lists made for this chunk: no need of copies
    if type(field).is_empty is not Field.is_empty:
        return [None if field.is_empty(value) else to_json(value) for value in column]
    if type(field).to_json is not Field.to_json:
        return [None if value is None or value == empty else to_json(value) for value in column]
    if empty is None or empty is False:
        return column  # numbers and yes or no, which say themselves that there is none
    return [value or None for value in column]


def _link(value: Any) -> Any:
    return {"id": value.id, "title": value.title} if value is not None else None


def _linked(field: Field, value: Any, chunk: Chunk) -> Any:
    items = [
        {
            **_item(field, item),
            "title": chunk.names[field.targets([item])[0]],
        }
        for item in value or []
    ]
    return items or None


def _item(field: Field, item: Any) -> dict[str, Any]:
    if isinstance(field, Links):
        return field.json_item(item)
    return item if isinstance(item, dict) else {"id": getattr(item, "id", item)}
