"""System checks: a declaration that cannot work is named at start-up, with an id and a hint."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from rapport.core.access.conditions import RESERVED
from rapport.core.fields import ChildField, FileField, Link, Links
from rapport.core.fields.json_key import KEY
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec


@register()
def check_specs(**_options: Any) -> list[CheckMessage]:
    """Every registered object: columns exist, names are free, links lead somewhere."""
    return [problem for spec in registry.every() for problem in problems(spec)]


def problems(spec: ObjectSpec) -> Iterator[CheckMessage]:
    """What is wrong with one declaration."""
    keys = [field.key for field in spec.all_fields]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield Error(f"{spec.key}: two fields are called “{key}”.", id="rapport.E001", hint="Rename one of them.")
    for field in spec.all_fields:
        if field.key in RESERVED:
            yield Error(f"{spec.key}.{field.key}: the name is taken by the address of lists.", id="rapport.E002")
        if field.custom and not KEY.match(field.key):
            yield Error(f"{spec.key}.{field.key}: a custom key is “c_” and a slug.", id="rapport.E003")
        if isinstance(field, Link | Links) and field.to and registry.find(field.to) is None:
            yield Error(f"{spec.key}.{field.key}: links to “{field.to}”, which is not registered.", id="rapport.E004")
        if not field.custom and not isinstance(field, ChildField):
            yield from _missing_columns(spec, field)
    yield from _misplaced(spec)
    sort = spec.default_sort.removeprefix("-")
    if sort != "title" and not (sort in spec.by_key and spec.by_key[sort].sortable):
        yield Error(f"{spec.key}: cannot sort by “{sort}” at first.", id="rapport.E007", hint="Make it sortable.")


def _misplaced(spec: ObjectSpec) -> Iterator[CheckMessage]:
    for name in (*spec.columns, *spec.phone_columns):
        if name not in spec.by_key:
            yield Error(f"{spec.key}: the column “{name}” is not a field.", id="rapport.E006")
    if spec.picture and not isinstance(spec.by_key.get(spec.picture), FileField):
        yield Error(f"{spec.key}: the picture “{spec.picture}” is not a field for files.", id="rapport.E008")


def _missing_columns(spec: ObjectSpec, field: Any) -> Iterator[CheckMessage]:
    for source in field.select():
        name = str(source).partition("__")[0]
        columns = {column.name for column in spec.model._meta.fields} | {c.attname for c in spec.model._meta.fields}
        if name not in columns:
            yield Error(
                f"{spec.key}.{field.key}: the table has no column “{name}”.",
                id="rapport.E005",
                hint=f"Add it to {spec.model.__name__} or name another with column=….",
            )
