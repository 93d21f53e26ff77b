"""What a column of a file can become: a field, a part of an address, the number of a linked record, or a whole name.

Each target knows the titles under which files carry it. A column can also fill a field of a linked record (“Company:
Industry”), or make something beside the record, such as a note. Packages add columns that feed several fields at once
with :func:`contribute`, and those that make something beside with :func:`contribute_beside`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, writable_fields
from rapport.core.events.models import Act
from rapport.core.fields import Address, ChildField, Field, Link, Links, RichText, User
from rapport.core.fields.column_titles import address_title, html_title, id_title
from rapport.core.importing.address_titles import PART_TITLES
from rapport.core.objects import registry
from rapport.lib.text import fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

LANGUAGES = ("en", "de")
RECORD_ID = "id"
EXTERNAL_ID = "external_id"
_EXTERNAL_HEADERS = (
    "External ID",
    "Externe ID",
    "Record ID",
    "Contact ID",
    "Object ID",
    "Datensatz-ID",
    "UID",
    "Person - ID",
    "Organization - ID",
    "Identifiant",
    "Identificador",
)


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
class Beside:
    """A column that makes something beside the record: ``make`` is given ids of records with the text of their row,
    and writes what is not there yet. It answers with the ids of the records for which something was made.
    """

    key: str
    label: str | Promise
    headers: tuple[str, ...]
    make: Callable[[Actor, Sequence[tuple[int, str]], Act], set[int]]
    right: str  # the kind that is made, which the actor must be allowed to create


@dataclass(frozen=True)
class Target:
    """A place for a column. ``part``: the part of an address; of a linked record its ``id`` or ``external`` id;
    of rich text its ``html``. ``inner``: the place in the record that is linked as ``field``.
    """

    key: str
    label: str
    titles: frozenset[str]
    field: Field | None = None
    part: str = ""
    combined: Combined | None = None
    inner: "Target | None" = None
    beside: Beside | None = None

    @property
    def known(self) -> Field | None:
        """The field whose values the column holds."""
        return self.inner.field if self.inner else self.field

    @property
    def settled_as(self) -> str:
        """Under which key the options of an import keep how the column's values are read."""
        known = self.known
        return self.key if self.inner or known is None else known.key

    @property
    def takes_several(self) -> bool:
        """Whether several columns can go there: what they say is put together."""
        return isinstance(self.field, ChildField) and not self.part


_combined: dict[str, list[Combined]] = {}
_beside: dict[str, list[Beside]] = {}


def contribute(kind: str, column: Combined) -> None:
    """Lets files of ``kind`` have a column that feeds several fields."""
    _combined.setdefault(kind, []).append(column)


def taken_apart(kind: str, title: str) -> Mapping[str, str]:
    """The fields of which a title of this kind is made (“Anna Berg”), with their texts; none where it has its own."""
    return next((column.split(title) for column in _combined.get(kind, ())), {})


def contribute_beside(kind: str, column: Beside) -> None:
    """Lets files of ``kind`` have a column that makes something beside each record."""
    _beside.setdefault(kind, []).append(column)


def squeezed(header: str) -> str:
    """The form in which headers are compared: “E-Mail ” and “email” are the same."""
    return "".join(sign for sign in fold(header) if sign.isalnum())


def targets(actor: Actor, spec: "ObjectSpec") -> dict[str, Target]:
    """Everything the actor may fill from a file, by key. Hidden and read-only fields are not among them, nor are
    fields that hold files: a table carries their names alone.
    """
    found = own_targets(actor, spec)
    for target in list(found.values()):
        if isinstance(target.field, Link) and not isinstance(target.field, User) and not target.part:
            found.update(_inner_targets(actor, target.field))
    for column in _combined.get(spec.key, ()):
        titles = _titles(column.key, *spoken(column.label), *column.headers)
        found[column.key] = Target(column.key, str(column.label), titles, combined=column)
    for beside in _beside.get(registry.place_of(spec.key), ()):
        if level_of(actor, beside.right, "create") > Level.NONE:
            titles = _titles(beside.key, *spoken(beside.label), *beside.headers)
            found[beside.key] = Target(beside.key, str(beside.label), titles, beside=beside)
    found[RECORD_ID] = Target(RECORD_ID, _("Number in Rapport"), _titles(RECORD_ID, *spoken_id()))
    found[EXTERNAL_ID] = Target(EXTERNAL_ID, _("Number in the other system"), _titles(EXTERNAL_ID, *_EXTERNAL_HEADERS))
    return found


def own_targets(actor: Actor, spec: "ObjectSpec") -> dict[str, Target]:
    """The places in a record's own fields."""
    found: dict[str, Target] = {}
    fields = [field for field in writable_fields(actor, spec).values() if field.control not in ("none", "file")]
    addresses = sum(isinstance(field, Address) for field in fields)
    for field in fields:
        if isinstance(field, Address):
            for target in _parts(field, alone=addresses == 1):
                found[target.key] = target
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
            names = _external_titles(field.label)
            foreign = [f"{header} ID" for header in field.headers]
            found[key] = Target(
                key,
                _("%(label)s (external ID)") % {"label": field.label},
                _titles(key, *names, *foreign),
                field,
                "external",
            )
        elif isinstance(field, RichText):
            key = f"{field.key}.html"
            names = [html_title(label) for label in spoken(field.label)]
            found[key] = Target(key, html_title(str(field.label)), _titles(key, *names), field, "html")
    return found


def _parts(field: Address, *, alone: bool) -> list[Target]:
    found = []
    for part, headers in PART_TITLES.items():
        text = field.part(part)
        if text is not None:
            key = f"{field.key}.{part}"
            names = [address_title(field, str(label), alone=alone) for label in spoken(text.label)]
            found.append(Target(key, names[0], _titles(key, *names, *(headers if alone else ())), field, part))
    return found


def _inner_targets(actor: Actor, link: Link) -> dict[str, Target]:
    """The fields of the linked record that a row can bring along, by ``link/field``."""
    spec = registry.find(link.to)
    if spec is None or level_of(actor, spec.key, "create") is Level.NONE:
        return {}
    found: dict[str, Target] = {}
    outer = spoken(link.label)
    for inner in own_targets(actor, spec).values():
        known = inner.field
        if known is None or known.path == "title" or isinstance(known, Link | Links | User | ChildField | RichText):
            continue
        names = spoken(known.label) if not inner.part else [inner.label]
        key = f"{link.key}/{inner.key}"
        titles = _titles(key, *(f"{one} {name}" for one in outer for name in (*names, *_short(inner))))
        found[key] = Target(key, f"{link.label}: {inner.label}", titles, link, inner=inner)
    return found


def _short(inner: Target) -> tuple[str, ...]:
    """What the fields of a linked record are called in files that name the record first: “Company” “City”."""
    return PART_TITLES[inner.part] if inner.part else inner.field.headers if inner.field else ()


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


def _external_title(label: str | Promise) -> str:
    """The title of the column with the number that another system gave a linked record, in the reader's language."""
    return _("%(label)s (external ID)") % {"label": label}


def _external_titles(label: str | Promise) -> list[str]:
    """As :func:`_external_title`, in every language of files."""
    titles = [f"{said} (external ID)" for said in spoken(label)]
    for language in LANGUAGES:
        with translation.override(language):
            titles.append(_external_title(label))
    return titles


@lru_cache(maxsize=10_000)  # the same few thousand names of fields and their parts for every file
def _titles(*names: str) -> frozenset[str]:
    return frozenset(squeezed(name) for name in names if name)
