"""What the groups of a list hold: the first records of each, how many there are, and what they sum to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField, QuerySet, Value

from rapport.accounts.actor import Actor
from rapport.core.access.grouping import Group, Grouping, within
from rapport.core.access.pages import COUNT_CAP, ListQuery, ordered, rows_matching
from rapport.core.access.sorting import SortKey
from rapport.core.fields import Field, Money
from rapport.core.fields.money import Amount
from rapport.core.records.known import listed

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

SAMPLE = 1_000  # records along the sort that are looked at to fill the groups of a page
MOST_COUNTED = 30  # groups that are counted each by itself
MOST_READ = 50_000  # records that are gone through to count groups that no index tells apart


@dataclass
class Figure:
    """How many records a group has, and the sum of a field over them: a number, or one for each currency.

    ``is_cut``: there are more than were counted, and so the sum is not known.
    """

    count: int = 0
    is_cut: bool = False
    sum: Number | None = None
    amounts: list[Amount] = field(default_factory=list)


@dataclass(frozen=True)
class Walked:
    """The first records of a list in its order, by group. ``is_whole``: the list has no others."""

    ids: dict[str, list[int]]
    is_whole: bool
    keys: tuple[SortKey, ...]


def walk(actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Grouping, size: int) -> Walked:
    """The first records of each group, at most ``size``, among the first ``SAMPLE`` of the list.

    One walk for all groups; of a rare one in a long list fewer are met than there are.
    """
    ids, keys = ordered(actor, spec, replace(query, size=SAMPLE, after=None, before=None))
    held = dict(_rows(spec, ids[:SAMPLE]).values_list("pk", by.expression))
    found: dict[str, list[int]] = {}
    for record_id in ids[:SAMPLE]:
        if record_id in held:
            found.setdefault(by.key(held[record_id]), []).append(record_id)
    is_whole = len(ids) <= SAMPLE
    return Walked(found if is_whole else {key: some[:size] for key, some in found.items()}, is_whole, keys)


def counted(spec: "ObjectSpec", walked: Walked, by: Grouping, summed: Field | None) -> dict[str, Figure]:
    """The figures of a list that was walked whole: exact, and of ids that are at hand."""
    figures = {key: Figure(len(ids)) for key, ids in walked.ids.items()}
    if summed is not None:
        ids = [one for some in walked.ids.values() for one in some]
        asked = _asked(_rows(spec, ids), by.expression, summed)
        figures = _read([asked], by, summed) if ids else figures
    return figures


def figures(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Grouping, groups: Sequence[Group], summed: Field | None
) -> dict[str, Figure]:
    """The figures of each group in one statement.

    Where an index tells the groups apart, each is counted up to the cap by itself; else the first ``MOST_READ`` records
    are gone through once, and of a longer list all counts say that there may be more.
    """
    if by.is_indexed and len(groups) <= MOST_COUNTED:
        asked = [
            _asked(
                rows_matching(actor, spec, within(query, group)).order_by()[: COUNT_CAP + 1], Value(group.key), summed
            )
            for group in groups
        ]
        found = _read(asked, by, summed)
        for one in found.values():
            one.is_cut = one.count > COUNT_CAP
            one.count = min(one.count, COUNT_CAP)
    else:
        rows = rows_matching(actor, spec, query, by_id=True).order_by("pk")[: MOST_READ + 1]
        found = _read([_asked(rows, by.expression, summed)], by, summed)
        is_cut = sum(one.count for one in found.values()) > MOST_READ
        for one in found.values():
            one.is_cut = is_cut
    return {group.key: found.get(group.key, Figure()) for group in groups}


# -------------------------------------------------------------------- SQL
def _rows(spec: "ObjectSpec", ids: Sequence[int]) -> "QuerySet[Any]":
    rows: QuerySet[Any] = spec.model._default_manager.filter(pk__in=listed(ids))
    return rows


def _source(one: Field) -> Any:
    source = one.source()
    return F(source) if isinstance(source, str) else source


def _asked(rows: "QuerySet[Any]", key: Any, summed: Field | None) -> "QuerySet[Any]":
    """For each record its group, and what is added up with its currency."""
    number: Any = Value(0, IntegerField())
    currency: Any = Value("")
    if isinstance(summed, Money):
        number, currency = (F(one) if isinstance(one, str) else one for one in summed.select())
    elif summed is not None:
        number = _source(summed)
    named: QuerySet[Any] = rows.annotate(g_key=key, g_sum=number, g_unit=currency)
    return named.values_list("g_key", "g_sum", "g_unit")


def _read(asked: Sequence["QuerySet[Any]"], by: Grouping, summed: Field | None) -> dict[str, Figure]:
    """The figures of what some questions find, in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in asked:
        try:
            sql, given = rows.query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT * FROM ({sql}) q{len(parts)}")  # noqa: S608 - written by Django
        values += given
    if not parts:
        return {}
    inner = " UNION ALL ".join(parts)
    statement = f"SELECT g_key, g_unit, count(*), sum(g_sum) FROM ({inner}) w GROUP BY g_key, g_unit"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        lines = cursor.fetchall()
    found: dict[str, Figure] = {}
    for key, unit, count, total in sorted(lines, key=lambda line: str(line[1] or "")):
        figure = found.setdefault(by.key(key), Figure())
        figure.count += count
        if total is None or summed is None:
            continue
        if isinstance(summed, Money):
            figure.amounts.append(Amount(int(total), str(unit)))
        else:
            figure.sum = Number(str(round(total, 6) if isinstance(total, float) else total))
    return found
