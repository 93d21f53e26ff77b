"""What a column of a file can become: a field, a part of an address, the number of a linked record, or a whole name.

Each target knows the titles under which files carry it, in English and German. Packages add columns that feed
several fields at once with :func:`contribute`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import writable_fields
from rapport.core.fields import Address, Field, Link, Links, RichText, User
from rapport.lib.text import fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

LANGUAGES = ("en", "de")
RECORD_ID = "id"
EXTERNAL_ID = "external_id"
_EXTERNAL_HEADERS = ("External ID", "Externe ID", "Record ID", "Contact ID", "Object ID", "Datensatz-ID", "UID")
_PART_HEADERS = {
    "street": ("Street", "Straße", "Strasse", "Str.", "Address", "Adresse", "Anschrift", "Street address",
               "Address 1", "Address line 1", "Straße und Hausnummer"),
    "postcode": ("Postcode", "Postal code", "Zip", "Zip code", "PLZ", "Postleitzahl"),
    "city": ("City", "Town", "Ort", "Stadt", "Wohnort"),
    "region": ("Region", "State", "Province", "County", "Bundesland", "Kanton"),
    "country": ("Country", "Land", "Staat"),
}  # fmt: skip


@dataclass(frozen=True)
class Combined:
    """A column that feeds several fields: ``split`` turns its text into texts by field key.

    It takes a header from another field only where no column feeds one of ``unless``.
    """

    key: str
    label: str | Promise
    headers: tuple[str, ...]
    split: Callable[[str], Mapping[str, str]]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A place for a column. ``part``: the part of an address; of a linked record its ``id`` or ``external`` id;
    of rich text its ``html``.
    """

    key: str
    label: str
    titles: frozenset[str]
    field: Field | None = None
    part: str = ""
    combined: Combined | None = None


_combined: dict[str, list[Combined]] = {}


def contribute(kind: str, column: Combined) -> None:
    """Lets files of ``kind`` have a column that feeds several fields."""
    _combined.setdefault(kind, []).append(column)


def squeezed(header: str) -> str:
    """The form in which headers are compared: “E-Mail ” and “email” are the same."""
    return "".join(sign for sign in fold(header) if sign.isalnum())


def targets(actor: Actor, spec: "ObjectSpec") -> dict[str, Target]:
    """Everything the actor may fill from a file, by key. Hidden and read-only fields are not among them, nor are
    fields that hold files: a table carries their names alone.
    """
    found: dict[str, Target] = {}
    fields = [field for field in writable_fields(actor, spec).values() if field.control not in ("none", "file")]
    addresses = sum(isinstance(field, Address) for field in fields)
    for field in fields:
        if isinstance(field, Address):
            for part, headers in _PART_HEADERS.items():
                text = field.part(part)
                if text is not None:
                    key = f"{field.key}.{part}"
                    names = [address_title(field, str(label), alone=addresses == 1) for label in spoken(text.label)]
                    found[key] = Target(
                        key, names[0], _titles(key, *names, *(headers if addresses == 1 else ())), field, part
                    )
            continue
        found[field.key] = Target(
            field.key, str(field.label), _titles(field.key, *spoken(field.label), *field.headers), field
        )
        if isinstance(field, Link | Links) and not isinstance(field, User):
            key = f"{field.key}.id"
            names = [id_title(label) for label in spoken(field.label)]
            found[key] = Target(key, id_title(str(field.label)), _titles(key, *names), field, "id")
        if isinstance(field, Link) and not isinstance(field, User):
            key = f"{field.key}.external"
            names = [_external_title(label) for label in spoken(field.label)]
            found[key] = Target(key, _external_title(str(field.label)), _titles(key, *names), field, "external")
        elif isinstance(field, RichText):
            key = f"{field.key}.html"
            names = [html_title(label) for label in spoken(field.label)]
            found[key] = Target(key, html_title(str(field.label)), _titles(key, *names), field, "html")
    for column in _combined.get(spec.key, ()):
        titles = _titles(column.key, *spoken(column.label), *column.headers)
        found[column.key] = Target(column.key, str(column.label), titles, combined=column)
    found[RECORD_ID] = Target(RECORD_ID, _("Number in Rapport"), _titles(RECORD_ID, *spoken_id()))
    found[EXTERNAL_ID] = Target(EXTERNAL_ID, _("Number in the other system"), _titles(EXTERNAL_ID, *_EXTERNAL_HEADERS))
    return found


def spoken(label: str | Promise) -> list[str]:
    """A label in the reader's language, then in the languages files are read in."""
    said = [str(label)]
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(label))
    return said


def spoken_id() -> list[str]:
    """The title of the column that holds the number of the record itself, in every language."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(_("Number in Rapport"))
    return said


def id_title(label: str) -> str:
    """The title of the column with the number of a linked record."""
    return f"{label} (ID)"


def _external_title(label: str) -> str:
    """The title of the column with the number that another system gave a linked record."""
    return f"{label} (external ID)"


def html_title(label: str) -> str:
    """The title of the column with a rich text as HTML, beside the one with its words."""
    return f"{label} (HTML)"


def address_title(field: Address, part: str, *, alone: bool) -> str:
    """The title of a column with a part of an address; with one address the part says enough."""
    return part if alone else f"{field.label}: {part}"


def _titles(*names: str) -> frozenset[str]:
    return frozenset(squeezed(name) for name in names if name)
