"""Lists narrowed by what no index answers: records are looked at in the order of the sort, for a while, and then in the
order in which the table keeps them, which takes a third of the time a whole walk along an index does.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Q, QuerySet, Value, When

from rapport.accounts.actor import Actor
from rapport.core.access.anchors import needed
from rapport.core.access.conditions import Condition, Term, understand
from rapport.core.access.visible import compile_condition, sees_all
from rapport.core.search.index import rows as rows_of
from rapport.lib.prepared import Prepared

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

LOOKED_AT = 3_000  # records along the sort: some milliseconds


def is_scanned(actor: Actor, spec: "ObjectSpec", condition: Condition) -> bool:
    """Whether a field made at run time, without an index, narrows the list of an actor who sees all records. Others
    begin at what they own or their team has.
    """
    return sees_all(actor, spec) and any(
        isinstance(part, Term) and _has_no_index(actor, spec, part) for part in needed(condition)
    )


def _has_no_index(actor: Actor, spec: "ObjectSpec", term: Term) -> bool:
    meaning = understand(actor, spec, term.path, term.operator)
    return meaning.hop is None and meaning.field.custom and not (meaning.field.indexed or meaning.field.sortable)


def soon(
    actor: Actor,
    spec: "ObjectSpec",
    condition: Condition,
    rows: "Callable[[], QuerySet[Any]]",
    wanted: int,
    _name: Hashable,
) -> list[int] | None:
    """So many ids of those that match among the next of ``rows``; None where fewer do. The actor may see all."""
    return first_of(Prepared(lambda: marked(rows(), compile_condition(actor, spec, condition), LOOKED_AT)), {}, wanted)


def marked(rows: "QuerySet[Any]", holding: Q, most: int) -> "QuerySet[Any]":
    """The first ``most`` rows, each with a mark whether it holds: no index can take the place of the one walked."""
    found = Case(When(holding, then=Value(1)), default=Value(0))
    first: QuerySet[Any] = rows.annotate(found=found).values_list("pk", "found")[:most]
    return first


def first_of(asked: Prepared, pieces: dict[str, Any], wanted: int) -> list[int] | None:
    """So many ids of the marked rows; None if they are fewer."""
    sql, values = asked.filled(**pieces)
    ids = rows_of(f"SELECT w.pk FROM ({sql}) w WHERE w.found = 1 LIMIT %s", [*values, wanted])  # noqa: S608
    return [pk for (pk,) in ids] if len(ids) == wanted else None
