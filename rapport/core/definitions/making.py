"""The ``ObjectSpec`` of an object that was made at run time: its name, its columns and where its rows are."""

from collections.abc import Sequence
from functools import lru_cache

import orjson
from django.utils.translation import gettext_lazy as _

from rapport.core.definitions.custom_records import model_of
from rapport.core.definitions.models import ObjectDef
from rapport.core.definitions.speaking import spoken
from rapport.core.fields import Choice, Choices, Field, Text
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec

MOST_COLUMNS = 5  # fields of its own that a list shows unasked, in the order of the fields
_NOT_IN_LISTS = ("long_text", "rich_text", "file", "address")
_NAME_TITLES = ("Name", "Title", "Bezeichnung", "Titel", "Nom", "Titre", "Nombre", "Título")


def spec_of(row: ObjectDef, fields: Sequence[Field]) -> ObjectSpec:
    """The object of a definition with these fields. The same one as before where nothing of it has changed."""
    shown = [field for field in fields if field.type not in _NOT_IN_LISTS]
    told = [field.key for field in shown if isinstance(field, Choice) and not isinstance(field, Choices)]
    told += [field.key for field in shown if field.key not in told]
    columns = (*(field.key for field in shown[:MOST_COLUMNS]), "owner", "tags", "created_at")
    return _made(
        row.key, _free(row.path), row.label, row.plural, orjson.dumps(row.labels), row.icon, columns, tuple(told[:2])
    )


@lru_cache(maxsize=256)
def _made(
    key: str, path: str, label: str, plural: str, labels: bytes, icon: str, columns: tuple[str, ...],
    phone_columns: tuple[str, ...],
) -> ObjectSpec:  # fmt: skip
    others: dict[str, tuple[str, str]] = orjson.loads(labels)
    name = Text(
        "name", _("Name"), search=1, required=True, column="title", folded="title_key", limit=300,
        headers=_NAME_TITLES,
    )  # fmt: skip
    return ObjectSpec(
        key=key, model=model_of(key), icon=icon, path=path, mark="company",
        label=spoken(label, {language: one for language, (one, _many) in others.items()}),
        plural=spoken(plural, {language: many for language, (_one, many) in others.items()}),
        fields=(name,), columns=columns, phone_columns=phone_columns,
    )  # fmt: skip


def _free(path: str) -> str:
    """Its address; another one where an object that came with a newer version has taken it."""
    taken = {spec.path for spec in registry.declared()}
    return f"{path}-2" if path in taken else path
