"""Figures that can be put together: counted for some records now, for the others later, and exact in the end.

A million records cannot be summed while somebody waits for a page. So they are counted by stretches of their ids, for a
second at a time, and what was counted so far travels with the next question.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal as Number
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from rapport.accounts.actor import Actor
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.visible import is_missing
from rapport.core.fields import Field, Money

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

SECONDS = 0.8  # after which no further stretch is begun
STRETCH = 50_000  # ids that are gone through at once: a quarter of a second at most
_SQL: Mapping[str, Any] = {"sum": Sum, "avg": Sum, "min": Min, "max": Max}
_AMONG: Mapping[str, Any] = {"min": min, "max": max}
_READ: Mapping[str, Any] = {
    "number": Number,
    "moment": datetime.datetime.fromisoformat,
    "day": datetime.date.fromisoformat,
}


@dataclass
class Tally:
    """What was counted: how many records, and by column and currency ("" where there is none) how many have a value
    and what came of it: the sum (of averages, too), the lowest or the highest, None for nothing.
    """

    every: int = 0
    columns: dict[str, dict[str, tuple[int, Any]]] = field(default_factory=dict)

    def add(self, other: "Tally", wanted: Mapping[str, str]) -> None:
        """Counts others in. ``wanted`` says by column what is told of it."""
        self.every += other.every
        for key, units in other.columns.items():
            mine = self.columns.setdefault(key, {})
            for unit, (count, value) in units.items():
                had, before = mine.get(unit, (0, None))
                mine[unit] = (had + count, _together(wanted[key], before, value))

    def to_json(self) -> Any:
        """As JSON, values with their types."""
        columns = {
            key: {unit: [count, *_written(value)] for unit, (count, value) in units.items()}
            for key, units in self.columns.items()
        }
        return {"every": self.every, "columns": columns}

    @classmethod
    def from_json(cls, data: Any) -> "Tally":
        """Inverse of :meth:`to_json`."""
        columns = {
            key: {unit: (count, _READ[kind](value) if kind else value) for unit, (count, kind, value) in units.items()}
            for key, units in data["columns"].items()
        }
        return cls(data["every"], columns)


def tally(actor: Actor, rows: "QuerySet[Any]", wanted: Mapping[str, str], fields: Mapping[str, Field]) -> Tally:
    """Counts some rows: one query, and one more for each amount of money."""
    asked: dict[str, Any] = {"every": Count("pk")}
    for number, (key, kind) in enumerate(wanted.items()):
        asked[f"n{number}"] = Count("pk", filter=~is_missing(actor, fields[key]))
        if kind in _SQL and not isinstance(fields[key], Money):
            asked[f"v{number}"] = _SQL[kind](_source(fields[key]))
    found = rows.aggregate(**asked)
    made = Tally(found["every"])
    for number, (key, kind) in enumerate(wanted.items()):
        one = fields[key]
        if kind in _SQL and isinstance(one, Money):
            made.columns[key] = _by_currency(rows, one, kind)
        else:
            made.columns[key] = {"": (found[f"n{number}"], found.get(f"v{number}"))}
    return made


def count_on(
    actor: Actor,
    spec: "ObjectSpec",
    query: ListQuery,
    wanted: Mapping[str, str],
    fields: Mapping[str, Field],
    so_far: Tally,
    after: int,
) -> int | None:
    """Counts on behind the record ``after`` for about a second; the last id that was gone through, None at the end."""
    begun = monotonic()
    rows = spec.model._default_manager
    while (first := rows.filter(pk__gt=after).aggregate(first=Min("pk"))["first"]) is not None:
        after = first + STRETCH - 1
        some = rows_matching(actor, spec, query, by_id=True).filter(pk__gte=first, pk__lte=after)
        so_far.add(tally(actor, rows.filter(pk__in=some.order_by().values("pk")), wanted, fields), wanted)
        if monotonic() - begun > SECONDS:
            return after
    return None


def _by_currency(rows: "QuerySet[Any]", one: Money, kind: str) -> dict[str, tuple[int, Any]]:
    minor, currency = (F(source) if isinstance(source, str) else source for source in one.select())
    groups = (
        rows.filter(~one.is_missing())
        .annotate(told_currency=currency)
        .values("told_currency")
        .annotate(told=_SQL[kind](minor), every=Count("pk"))
        .order_by("told_currency")
        .values_list("told_currency", "every", "told")
    )
    return {code: (count, value) for code, count, value in groups}


def _source(one: Field) -> Any:
    source = one.source()
    return F(source) if isinstance(source, str) else source


def _together(kind: str, one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return _AMONG[kind](one, other) if kind in _AMONG else one + other


def _written(value: Any) -> tuple[str, Any]:
    if isinstance(value, Number):
        return "number", str(value)
    if isinstance(value, datetime.datetime):
        return "moment", value.isoformat()
    if isinstance(value, datetime.date):
        return "day", value.isoformat()
    return "", value
