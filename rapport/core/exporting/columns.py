"""The columns of an exported table: titles that an import finds again, values as text that fields read back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.fields import Address, Field, Link, User
from rapport.core.fields.address import PARTS
from rapport.core.importing.targets import address_title, id_title

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


@dataclass(frozen=True)
class Column:
    """A column: its title, and its text made of the values of a record by field."""

    title: str
    text: Callable[[Mapping[str, Any]], str]


def exported_fields(actor: Actor, spec: "ObjectSpec") -> list[Field]:
    """The fields that an export of this actor holds."""
    return [field for field in readable_fields(actor, spec).values() if field.control != "none"]


def columns(fields: list[Field]) -> list[Column]:
    """Two columns for a link (title and number), one for each part of an address, one for all else."""
    addresses = sum(isinstance(field, Address) for field in fields)
    made: list[Column] = []
    for field in fields:
        label = str(field.label)
        if isinstance(field, Address):
            for part, name in PARTS.items():
                title = address_title(field, str(name), alone=addresses == 1)
                made.append(Column(title, _part(field, part)))
        elif isinstance(field, Link):
            made.append(Column(label, _title(field)))
            if not isinstance(field, User):
                made.append(Column(id_title(label), _text(field)))
        else:
            made.append(Column(label, _text(field)))
    return made


def number_title() -> str:
    """The title of the column with the record's own number."""
    return _("Number in Rapport")


def _text(field: Field) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: field.to_text(values[field.key])


def _title(field: Field) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: getattr(values[field.key], "title", "") if values[field.key] else ""


def _part(field: Field, part: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: str((values[field.key] or {}).get(part, ""))
