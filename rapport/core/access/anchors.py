"""Where a filtered list begins to look: at the one condition whose index leads to few records.

Walked along its sort, a list of which one in ten thousand matches would be read almost whole. Neither planner knows
beforehand: SQLite has no distributions, PostgreSQL counts conditions as if they had nothing to do with each other. So
the entries that a condition leaves are counted in its index, up to a bound, before a plan is chosen
(docs/decisions/0026).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, Meaning, Term, understand
from rapport.core.access.levels import locale_of
from rapport.core.access.plans import Many
from rapport.core.fields.base import Field, Locale
from rapport.core.records.among import among
from rapport.core.records.models import living, part_of

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_ENTRIES = 20_000  # of an index, that are gone through for a list: some milliseconds
MOST_VALUES = 2_000  # different ones of a column, that are read to know which of them contain a text
_RANGES = frozenset({"is", "any", "on", "before", "after", "within", "older", "next", "in", "above", "below", "from",
                     "to", "between", "starts", "contains"})  # fmt: skip
_PARTS = frozenset({"contains", "starts"})
_many = Many()


def anchor(actor: Actor, spec: "ObjectSpec", condition: Condition) -> Q | None:
    """A condition that follows from the given one and that an index answers with few entries; None if there is none."""
    locale = locale_of(actor)
    for meaning, term in _indexed(actor, spec, condition):
        kept = (spec.key, term, locale, MOST_ENTRIES)
        if kept in _many:
            continue
        found = _range(spec, meaning, term, locale)
        if found is not None and _are_few(spec, found):
            return found
        _many.add(kept)
    return None


def named(actor: Actor, spec: "ObjectSpec", condition: Condition) -> list[int] | None:
    """Ids among which are all records that meet a condition, where one of its terms names them (what the actor
    follows); None where none does, or where they are too many to begin with.
    """
    for part in needed(condition):
        if isinstance(part, Term) and (meaning := understand(actor, spec, part.path, part.operator)).hop is None:
            ids = meaning.field.named(meaning.operator, part.value, locale_of(actor), MOST_ENTRIES)
            if ids is not None:
                return ids
    return None


def needed(condition: Condition) -> Sequence[Condition]:
    """Conditions of which all must hold."""
    return condition.parts if isinstance(condition, AllOf) else (condition,)


def _indexed(actor: Actor, spec: "ObjectSpec", condition: Condition) -> Iterator[tuple[Meaning, Term]]:
    """The terms that must hold and have an index of their own; values before moments, for they leave less."""
    found = [
        (meaning, part)
        for part in needed(condition)
        if isinstance(part, Term)
        and (meaning := understand(actor, spec, part.path, part.operator)).hop is None
        and (meaning.field.indexed or meaning.field.sortable)
        and meaning.operator.key in _RANGES
    ]
    return iter(sorted(found, key=lambda one: not one[0].field.indexed))


def _range(spec: "ObjectSpec", meaning: Meaning, term: Term, locale: Locale) -> Q | None:
    """The condition as a range of the index. Of a part of a text: the values that contain it, if the column has few."""
    field, operator = meaning.field, meaning.operator
    if operator.key not in _PARTS:
        return field.where(operator, term.value, locale)
    if not field.indexed or field.custom:
        return None
    values = known_values(spec, field)
    if values is None:
        return None
    wanted = str(field.to_operand(term.value, locale))
    return among(field.path, [value for value in values if _may_contain(value, wanted)])


def _may_contain(value: str, wanted: str) -> bool:
    """True for all that either database finds, whatever it takes for the same letter; the filter itself decides."""
    return wanted.casefold() in value.casefold() or wanted.upper() in value.upper()


def _are_few(spec: "ObjectSpec", found: Q) -> bool:
    rows = spec.model._default_manager.filter(living(True), found).order_by().values("pk")
    return bool(rows[: MOST_ENTRIES + 1].count() <= MOST_ENTRIES)


def known_values(spec: "ObjectSpec", field: Field) -> list[str] | None:
    """The different values of an indexed column of live records, each read in one step; None if there are too many."""
    meta: Any = spec.model._meta
    table, column = meta.db_table, meta.get_field(field.path).column
    live = ("live IN (1)" if connection.vendor == "sqlite" else "live") + part_of(spec.model, also=" AND ")
    # Names of the model, no values: nothing of it comes from outside.
    sql = (
        f"WITH RECURSIVE known(v) AS (SELECT (SELECT min({column}) FROM {table} WHERE {live}) UNION ALL "  # noqa: S608
        f"SELECT (SELECT min({column}) FROM {table} WHERE {live} AND {column} > known.v) FROM known "
        f"WHERE known.v IS NOT NULL) SELECT v FROM known WHERE v IS NOT NULL LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [MOST_VALUES + 1])
        values: list[Any] = [value for (value,) in cursor.fetchall()]
    return values if len(values) <= MOST_VALUES else None
