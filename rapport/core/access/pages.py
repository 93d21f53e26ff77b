"""Pages of a list: by key, never by number, so that the last page costs what the first one does.

The cursor in an address is the id of a record, not its values: names and addresses stay out of URLs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import EVERYTHING, Condition
from rapport.core.access.levels import Level, level_of, readable_fields
from rapport.core.access.may import Standing
from rapport.core.access.visible import compile_condition, condition_for, few_visible, seen_among, unindexed
from rapport.core.errors import BadQuery
from rapport.core.fields import ChildField, Field, Text
from rapport.core.records.among import among
from rapport.core.records.models import living
from rapport.core.search.listing import FEW_HITS, MANY_HITS, SOME_HITS, matching

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

PAGE_SIZE = 50
COUNT_CAP = 10_000  # counts beyond are shown as “10,000+”


@dataclass(frozen=True)
class ListQuery:
    """What a list is asked for. ``after`` or ``before`` is the id of the record at the page's edge."""

    condition: Condition = EVERYTHING
    sort: str = ""
    find: str = ""
    after: int | None = None
    before: int | None = None
    size: int = PAGE_SIZE
    trash: bool = False


@dataclass(frozen=True)
class Row:
    """One record of a page: its id, its title and its values by field, in a list for :meth:`Field.brief`."""

    id: int
    title: str
    version: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some rows, and whether there are more on either side."""

    rows: list[Row] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False


def sort_field(actor: Actor, spec: "ObjectSpec", sort: str) -> tuple[Field | None, bool]:
    """The field to sort by and whether downwards. None stands for the title. BadQuery for an unknown one."""
    name = sort or spec.default_sort
    key = name.removeprefix("-")
    found = readable_fields(actor, spec).get(key)
    if key == "title":
        return None, name.startswith("-")
    if found is None and not sort:
        return None, False  # the usual sort is hidden from the actor
    if found is None or not found.sortable:
        known = [key for key, known in readable_fields(actor, spec).items() if known.sortable]
        raise BadQuery(
            _("The list cannot be sorted by “%(name)s”. Known: %(known)s.")
            % {"name": key, "known": ", ".join(["title", *sorted(known)])}
        )
    return found, name.startswith("-")


def rows_matching(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, action: str = "view", *, by_id: bool = False
) -> "QuerySet[Any]":
    """All records that match, in no order: for counts, bulk acts and export.

    ``by_id`` is for one who reads all of them in the order of their ids, in chunks: it keeps SQLite from starting at
    ``live``, owner or team, whence it would sort all that is left anew for each chunk.
    """
    hits = matching(actor, spec, query.find, look=query.trash)
    if hits.ids is not None:
        return _narrow(actor, spec, seen_among(actor, spec, hits.ids, action).filter(hits.condition), query)
    allowed = condition_for(actor, spec, action, walking=by_id)
    live = Q(live=not query.trash) if by_id else living(not query.trash)
    rows = spec.model._default_manager.filter(live, hits.condition)
    if allowed is None:
        return rows.none()
    return _narrow(actor, spec, rows.filter(allowed), query)


def _narrow(actor: Actor, spec: "ObjectSpec", rows: "QuerySet[Any]", query: ListQuery) -> "QuerySet[Any]":
    return rows if query.condition == EVERYTHING else rows.filter(compile_condition(actor, spec, query.condition))


def count_capped(actor: Actor, spec: "ObjectSpec", query: ListQuery) -> int:
    """How many records match, but no more than one over the cap."""
    return rows_matching(actor, spec, query).order_by().values("pk")[: COUNT_CAP + 1].count()


def list_page(actor: Actor, spec: "ObjectSpec", query: ListQuery, columns: Sequence[Field]) -> Page:
    """One page of the records that the actor sees and that match the query."""
    by, downwards = sort_field(actor, spec, query.sort)
    base = _base(actor, spec, query, by)
    if base is None:
        return Page()
    backwards = query.before is not None
    ids = _ids(base, actor, spec, by, downwards, backwards, query)
    more = len(ids) > query.size
    ids = ids[: query.size]
    if backwards:
        ids.reverse()
    edge = query.after is not None or backwards
    return Page(
        rows=fetch(spec, ids, columns, brief=True),
        has_next=backwards or more,
        has_previous=more if backwards else edge,
    )


def _base(actor: Actor, spec: "ObjectSpec", query: ListQuery, by: Field | None) -> "QuerySet[Any] | None":
    few = None if query.trash else few_visible(actor, spec)
    by_name = by is None or isinstance(by, Text)
    most = SOME_HITS if level_of(actor, spec.key, "view") is not Level.ALL else FEW_HITS
    look = query.trash or few is not None
    hits = matching(actor, spec, query.find, look=look, most=MANY_HITS if by_name else most)
    if few is not None:
        return _narrow(actor, spec, unindexed(spec).filter(hits.condition, pk__in=few), query)
    if hits.ids is not None:
        return _narrow(actor, spec, seen_among(actor, spec, hits.ids).filter(hits.condition), query)
    allowed = condition_for(actor, spec, "view", walking=query.condition == EVERYTHING)
    if allowed is None:
        return None
    rows = spec.model._default_manager.filter(living(not query.trash), hits.condition)
    return _narrow(actor, spec, rows.filter(allowed), query)


def _edge(actor: Actor, spec: "ObjectSpec", record_id: int, source: Any) -> tuple[Any] | None:
    """By what the record at a page's edge is sorted. None for one that may not be seen: its place among the actor's
    own would tell its values.
    """
    found = spec.model._default_manager.filter(pk=record_id).first()
    if found is None or not Standing(actor, spec, found).may("view"):
        return None
    if isinstance(source, str) and hasattr(found, source):
        return (getattr(found, source),)
    return spec.model._default_manager.filter(pk=record_id).values_list(source).first()


def _ids(
    base: "QuerySet[Any]", actor: Actor, spec: "ObjectSpec", by: Field | None, downwards: bool, backwards: bool,
    query: ListQuery,
) -> list[int]:  # fmt: skip
    """Ids in order, one more than a page holds. Records without the value come last, in a phase of their own."""
    source: Any = by.source() if by else "title_key"
    value: Combinable = F(source) if isinstance(source, str) else source
    may_be_null = by is not None and (by.nullable or by.custom)
    descending = downwards != backwards
    edge_id = query.before if backwards else query.after
    edge = None
    if edge_id is not None:
        edge = _edge(actor, spec, edge_id, source)
    phases = [False, True] if may_be_null else [False]
    if backwards:
        phases.reverse()
    wanted = query.size + 1
    ids: list[int] = []
    for null_phase in phases:
        rows = base.filter(IsNull(value, null_phase)) if may_be_null else base
        if edge is not None and edge_id is not None:
            in_null = may_be_null and edge[0] is None
            if in_null != null_phase and (null_phase == backwards):
                continue  # this phase lies wholly on the other side of the edge
            if in_null == null_phase:
                rows = rows.filter(_beyond(value, edge[0], edge_id, descending=descending, by_id_only=null_phase))
        order = ["-pk" if descending else "pk"]
        if not null_phase:
            order = [_ordering(value, descending=descending), *order]
        ids += rows.order_by(*order).values_list("pk", flat=True)[: wanted - len(ids)]
        if len(ids) >= wanted:
            break
    return ids


def _ordering(value: Any, *, descending: bool) -> Any:
    return value.desc() if descending else value.asc()


def _beyond(value: Any, edge: Any, edge_id: int, *, descending: bool, by_id_only: bool) -> Q:
    """Behind the edge, in the one form both databases turn into a walk along the index: ``a<=x AND (a<x OR …)``."""
    past_id = Q(pk__lt=edge_id) if descending else Q(pk__gt=edge_id)
    if by_id_only:
        return past_id
    bound, strict = (LessThanOrEqual, LessThan) if descending else (GreaterThanOrEqual, GreaterThan)
    return Q(bound(value, edge)) & (Q(strict(value, edge)) | (Q(Exact(value, edge)) & past_id))


def fetch(spec: "ObjectSpec", ids: Sequence[int], columns: Sequence[Field], *, brief: bool = False) -> list[Row]:
    """The records in the order of their ids, as tuples: models would cost twice as much.

    ``brief``: values as the cells of a list need them (:meth:`Field.brief`).
    """
    selects = [column.select() for column in columns]
    flat = [source for select in selects for source in select]
    names = [source for source in flat if isinstance(source, str)]
    expressions = [source for source in flat if not isinstance(source, str)]
    found = {
        row[0]: row
        for row in spec.model._default_manager.filter(among("pk", ids)).values_list(
            "pk", "title", "version", *dict.fromkeys(names), *expressions
        )
    }
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
