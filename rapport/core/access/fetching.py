"""The records of a page, of a board or of a few ids, as tuples of values: models would cost twice as much."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rapport.core.fields import ChildField, Field
from rapport.core.records.known import as_value, listed_later
from rapport.lib.prepared import Prepared

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


@dataclass(frozen=True)
class Row:
    """One record of a page: its id, its title and its values by field, in a list for :meth:`Field.brief`."""

    id: int
    title: str
    version: int
    values: dict[str, Any]


@lru_cache(maxsize=256)
def _fetching(model: Any, names: tuple[str, ...], expressions: tuple[Any, ...]) -> Prepared:
    rows = model._default_manager.filter(pk__in=listed_later("ids"))
    return Prepared(lambda: rows.values_list("pk", "title", "version", *names, *expressions))


def fetch(spec: "ObjectSpec", ids: Sequence[int], columns: Sequence[Field], *, brief: bool = False) -> list[Row]:
    """The records in the order of their ids, as tuples: models would cost twice as much.

    ``brief``: values as the cells of a list need them (:meth:`Field.brief`).
    """
    selects = [column.select() for column in columns]
    flat = [source for select in selects for source in select]
    names = [source for source in flat if isinstance(source, str)]
    expressions = [source for source in flat if not isinstance(source, str)]
    asking = _fetching(spec.model, tuple(dict.fromkeys(names)), tuple(expressions))
    found = {row[0]: row for row in asking(ids=as_value(ids))}
    place = {name: 3 + number for number, name in enumerate(dict.fromkeys(names))}
    first_expression = 3 + len(place)
    children = {column.key: column.load_many(list(ids)) for column in columns if isinstance(column, ChildField) and ids}
    plan: list[tuple[Field, Any, list[int]]] = []
    used = 0
    for column, select in zip(columns, selects, strict=True):
        places = []
        for source in select:
            if isinstance(source, str):
                places.append(place[source])
            else:
                places.append(first_expression + used)
                used += 1
        plan.append((column, column.load_brief if brief else column.load, places))
    rows = []
    for record_id in ids:
        if (data := found.get(record_id)) is None:
            continue
        values = {
            column.key: children[column.key][record_id]
            if record_id in children.get(column.key, ())
            else load([data[number] for number in places])
            for column, load, places in plan
        }
        rows.append(Row(record_id, data[1], data[2], values))
    return rows
