"""A list in groups, one for each value of a field: which there are, how many records each has, and what they sum to.

A group is the list narrowed by a condition, so whatever a list can do (rights, pages by key, export) holds for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, Term
from rapport.core.access.levels import readable_fields
from rapport.core.access.pages import COUNT_CAP, ListQuery, ordered, rows_matching
from rapport.core.access.sorting import SortKey
from rapport.core.access.sums import kinds_of
from rapport.core.fields import Choice, Choices, Field, Money
from rapport.core.fields.money import Amount
from rapport.core.records.known import listed

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

SAMPLE = 1_000  # records along the sort that are looked at to fill the groups of a page
MOST_READ = 50_000  # records that are gone through to count groups that no index tells apart
NONE_KEY = ""  # of the group of records without a value


@dataclass(frozen=True)
class Group:
    """One group: ``key`` is the value as it is stored (empty for none), ``condition`` finds what is in it."""

    key: str
    label: str | Promise
    tone: str
    condition: Condition


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


def boards_by(actor: Actor, spec: "ObjectSpec") -> dict[str, Choice]:
    """The fields by whose options a list can stand as a board."""
    fields = readable_fields(actor, spec)
    return {key: one for key, one in fields.items() if isinstance(one, Choice) and is_single_choice(one)}


def is_single_choice(one: Field) -> bool:
    """Whether a record has at most one of the field's options."""
    return isinstance(one, Choice) and not isinstance(one, Choices) and bool(one.options)


def summable(actor: Actor, spec: "ObjectSpec") -> dict[str, Field]:
    """The fields that can be added up."""
    return {key: one for key, one in readable_fields(actor, spec).items() if "sum" in kinds_of(one)}


def groups_of(by: Choice) -> list[Group]:
    """A group for each option, and one for records that have none."""
    groups = [Group(one.key, one.label, one.tone, Term(by.key, "any", one.key)) for one in by.options]
    return [*groups, Group(NONE_KEY, _("None"), "grey", Term(by.key, "empty", "1"))]


def within(query: ListQuery, group: Group) -> ListQuery:
    """The list of a group alone."""
    return replace(query, condition=AllOf((query.condition, group.condition)))


def walk(actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Field, size: int) -> Walked:
    """The first records of each group, at most ``size``, among the first ``SAMPLE`` of the list.

    One walk for all groups; of a rare one in a long list fewer are met than there are.
    """
    ids, keys = ordered(actor, spec, replace(query, size=SAMPLE, after=None, before=None))
    held = dict(_rows(spec, ids[:SAMPLE]).values_list("pk", _source(by)))
    found: dict[str, list[int]] = {}
    for record_id in ids[:SAMPLE]:
        if record_id in held:
            found.setdefault(str(held[record_id] or NONE_KEY), []).append(record_id)
    is_whole = len(ids) <= SAMPLE
    return Walked(found if is_whole else {key: some[:size] for key, some in found.items()}, is_whole, keys)


def counted(spec: "ObjectSpec", walked: Walked, by: Field, summed: Field | None) -> dict[str, Figure]:
    """The figures of a list that was walked whole: exact, and of ids that are at hand."""
    figures = {key: Figure(len(ids)) for key, ids in walked.ids.items()}
    if summed is not None:
        ids = [one for some in walked.ids.values() for one in some]
        asked = _asked(_rows(spec, ids), by, summed)
        figures = _read([asked], summed) if ids else figures
    return figures


def figures(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Field, groups: Sequence[Group], summed: Field | None
) -> dict[str, Figure]:
    """The figures of each group in one statement.

    Where an index tells the groups apart, each is counted up to the cap by itself; else the first ``MOST_READ`` records
    are gone through once, and of a longer list all counts say that there may be more.
    """
    if by.indexed:
        asked = [
            _asked(rows_matching(actor, spec, within(query, group)).order_by()[: COUNT_CAP + 1], by, summed)
            for group in groups
        ]
        found = _read(asked, summed)
        for one in found.values():
            one.is_cut = one.count > COUNT_CAP
            one.count = min(one.count, COUNT_CAP)
    else:
        rows = rows_matching(actor, spec, query, by_id=True).order_by("pk")[: MOST_READ + 1]
        found = _read([_asked(rows, by, summed)], summed)
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


def _asked(rows: "QuerySet[Any]", by: Field, summed: Field | None) -> "QuerySet[Any]":
    """For each record its group, and what is added up with its currency."""
    number: Any = Value(0, IntegerField())
    currency: Any = Value("")
    if isinstance(summed, Money):
        number, currency = (F(one) if isinstance(one, str) else one for one in summed.select())
    elif summed is not None:
        number = _source(summed)
    named: QuerySet[Any] = rows.annotate(g_key=_source(by), g_sum=number, g_unit=currency)
    return named.values_list("g_key", "g_sum", "g_unit")


def _read(asked: Sequence["QuerySet[Any]"], summed: Field | None) -> dict[str, Figure]:
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
        figure = found.setdefault(str(key or NONE_KEY), Figure())
        figure.count += count
        if total is None or summed is None:
            continue
        if isinstance(summed, Money):
            figure.amounts.append(Amount(int(total), str(unit)))
        else:
            figure.sum = Number(str(round(total, 6) if isinstance(total, float) else total))
    return found
