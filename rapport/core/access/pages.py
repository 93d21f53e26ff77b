"""Pages of a list: by key, never by number, so that the last page costs what the first one does.

The cursor in an address is the id of a record, not its values: names and addresses stay out of URLs.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, Lookup

from rapport.accounts.actor import Actor
from rapport.core.access.anchors import anchor, named
from rapport.core.access.conditions import EVERYTHING, Condition
from rapport.core.access.fetching import Row, fetch
from rapport.core.access.levels import Level, called, hides_title, level_of
from rapport.core.access.may import Standing, row_of
from rapport.core.access.planners import sifted
from rapport.core.access.plans import Many
from rapport.core.access.scanning import first_of, is_scanned, marked, soon
from rapport.core.access.sorting import SortKey, order_of, sort_keys
from rapport.core.access.visible import (
    asked_alike,
    compile_condition,
    condition_for,
    few_visible,
    seen_among,
    unindexed,
)
from rapport.core.fields import Field
from rapport.core.fields.json_key import there
from rapport.core.records.known import as_value, listed, listed_later
from rapport.core.records.models import living
from rapport.core.search.listing import Hits, Plan, matching
from rapport.lib.prepared import Prepared

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

PAGE_SIZE = 50
Base = Callable[[], "QuerySet[Any]"]  # rows, written out only where their SQL is not at hand
Taking = Callable[[Base, int, Hashable], list[int] | None]  # from rows in order the first so many
COUNT_CAP = 10_000  # counts beyond are shown as “10,000+”
MOST_SORTED = 10_000  # records that are put in an order without an index
_many = Many()  # conditions that more than MOST_FOUND records meet, whatever index they are found by
MOST_FOUND = 5_000  # records that are fetched by id and sorted; of more, some stand soon along the sort


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
class Page:
    """Some rows, and whether there are more on either side."""

    rows: list[Row] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False
    keys: tuple[SortKey, ...] = ()  # by which it stands: fewer than asked for where the list is too long for all


def rows_matching(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, action: str = "view", *, by_id: bool = False
) -> "QuerySet[Any]":
    """All records that match, in no order: for counts, bulk acts and export.

    ``by_id`` is for one who reads all of them in the order of their ids, in chunks: it keeps SQLite from starting at
    ``live``, owner or team, whence it would sort all that is left anew for each chunk.
    """
    hits = matching(actor, spec, query.find, look=query.trash)
    if hits.are_known:
        return _narrow(actor, spec, seen_among(actor, spec, hits.ids, action).filter(hits.condition), query)
    if not query.trash and not query.find.strip() and (ids := named(actor, spec, query.condition)) is not None:
        return _narrow(actor, spec, seen_among(actor, spec, ids, action), query)
    begins = None if by_id or query.trash else anchor(actor, spec, query.condition)
    allowed = condition_for(actor, spec, action, walking=by_id)
    in_order = by_id or (not begins and not query.trash and is_scanned(actor, spec, query.condition))
    live = Q(live=not query.trash) if in_order else living(not query.trash)
    rows = spec.model._default_manager.filter(live, hits.holding)
    if allowed is None:
        return rows.none()
    return _narrow(actor, spec, rows.filter(allowed, begins or Q()), query)


def _narrow(actor: Actor, spec: "ObjectSpec", rows: "QuerySet[Any]", query: ListQuery) -> "QuerySet[Any]":
    return rows if query.condition == EVERYTHING else rows.filter(compile_condition(actor, spec, query.condition))


def count_capped(actor: Actor, spec: "ObjectSpec", query: ListQuery) -> int:
    """How many records match, but no more than one over the cap."""
    return rows_matching(actor, spec, query).order_by().values("pk")[: COUNT_CAP + 1].count()


def list_page(actor: Actor, spec: "ObjectSpec", query: ListQuery, columns: Sequence[Field]) -> Page:
    """One page of the records that the actor sees and that match the query."""
    ids, keys = ordered(actor, spec, query)
    backwards = query.before is not None
    more = len(ids) > query.size
    ids = ids[: query.size]
    if backwards:
        ids.reverse()
    edge = query.after is not None or backwards
    return Page(
        rows=rows_of_ids(actor, spec, ids, columns),
        has_next=backwards or more,
        has_previous=more if backwards else edge,
        keys=keys,
    )


def ordered(actor: Actor, spec: "ObjectSpec", query: ListQuery) -> tuple[list[int], tuple[SortKey, ...]]:
    """The ids of a page, seen from its edge, and one more if there is more; and by which keys they stand."""
    keys = sort_keys(actor, spec, query.sort)
    if level_of(actor, spec.key, "view") is Level.NONE:
        return [], tuple(keys)
    ids = None
    if len(keys) > 1 or not keys[0].is_indexed:
        ids = _sorted(actor, spec, keys, query)
        if ids is None:
            keys = [next((key for key in keys if key.is_indexed), None) or sort_keys(actor, spec, "")[0]]
    if ids is None:
        descending = keys[0].downwards != (query.before is not None)
        ids = _found(actor, spec, keys[0].field, query, descending=descending)
    return ids, tuple(keys)


def rows_of_ids(actor: Actor, spec: "ObjectSpec", ids: Sequence[int], columns: Sequence[Field]) -> list[Row]:
    """The rows of a list for ids that the actor is known to see, in their order."""
    rows = fetch(spec, ids, columns, brief=True)
    if hides_title(actor, spec):
        rows = [replace(row, title=called(actor, spec, row.title)) for row in rows]
    return rows


def _sorted(actor: Actor, spec: "ObjectSpec", keys: Sequence[SortKey], query: ListQuery) -> list[int] | None:
    """Ids in an order that no index has, one more than a page holds; None if too many records match.

    All of them are sorted for each page, together with the record at its edge: it shows the place even when it went to
    the trash or matches no more. One that may not be seen has no place: the page is the first.
    """
    ids = list(rows_matching(actor, spec, query).order_by().values_list("pk", flat=True)[: MOST_SORTED + 1])
    if len(ids) > MOST_SORTED:
        return None
    backwards = query.before is not None
    edge = query.before if backwards else query.after
    if edge is not None and edge not in ids and _edge(actor, spec, edge, "title_key") is None:
        edge = None
    known = set(ids) | ({edge} if edge is not None else set())
    rows = spec.model._default_manager.filter(pk__in=listed(list(known))).order_by(*order_of(actor, keys))
    order = list(rows.values_list("pk", flat=True))
    place = order.index(edge) if edge is not None else (len(order) if backwards else -1)
    beyond = order[:place][::-1] if backwards else order[place + 1 :]
    return beyond[: query.size + 1]


def _found(actor: Actor, spec: "ObjectSpec", by: Field | None, query: ListQuery, *, descending: bool) -> list[int]:
    """Ids in order, one more than a page holds."""
    few = None if query.trash else few_visible(actor, spec)
    hits = matching(actor, spec, query.find, look=query.trash or few is not None)
    find = partial(_ids, actor, spec, by, query, descending=descending)
    if few is None and not query.find.strip() and (matches := _met(actor, spec, query)) is not None:
        return find(*_of_matches(actor, spec, query, matches)) or []
    if few is not None:
        base, take = _of_known(actor, spec, query, few, hits.holding, are_seen=True)
        return find(base, take) or []
    narrowed = query.condition != EVERYTHING
    live = spec.model._default_manager.filter(living(not query.trash))
    ids = None
    if not query.find.strip() and not query.trash and is_scanned(actor, spec, query.condition):
        ids = find(lambda: live, partial(soon, actor, spec, query.condition))
        if ids is None and (matches := _first_matches(unindexed(spec), actor, spec, query)) is not None:
            ids = find(*_of_matches(actor, spec, query, matches))
        if ids is not None:
            return ids
    for plan, most in hits.plans(query.size + 1, narrowed=narrowed):
        if plan is Plan.FETCH:
            ids = find(*_of_known(actor, spec, query, hits.every(), hits.also))
        elif plan is Plan.LOOK and most:
            ids = find(lambda: live, partial(_looked, actor, spec, hits, most, is_first=_is_plain(query)))
        else:
            met = hits.holding if plan is Plan.LOOK or hits.ids is None else hits.condition & sifted(hits.ids)
            base = partial(_walked, actor, spec, query, live.filter(met))
            ids = find(base, _taken if met or not _is_plain(query) else partial(_alike, actor, (spec.key, plan), {}))
        if ids is not None:
            break
    return ids or []


def _met(actor: Actor, spec: "ObjectSpec", query: ListQuery) -> list[int] | None:
    """Ids of all that match, where a condition names them or its index leads to few; None where the sort is walked."""
    if query.condition == EVERYTHING or query.trash:
        return None
    if (known := named(actor, spec, query.condition)) is not None:
        rows = seen_among(actor, spec, known)
    elif (asked := (spec.key, actor.user_id, query.condition, MOST_FOUND)) in _many:
        return None
    elif (begins := anchor(actor, spec, query.condition)) is not None:
        rows = spec.model._default_manager.filter(living(True), begins, _rule(actor, spec, walking=True))
        if (matches := _first_matches(rows, actor, spec, query)) is None:
            _many.add(asked)
        return matches
    else:
        return None
    return _first_matches(rows, actor, spec, query)


def _first_matches(rows: "QuerySet[Any]", actor: Actor, spec: "ObjectSpec", query: ListQuery) -> list[int] | None:
    """Ids of all that match among ``rows``; None where they are many."""
    ids = list(_narrow(actor, spec, rows, query).order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])
    return ids if len(ids) <= MOST_FOUND else None


def _rule(actor: Actor, spec: "ObjectSpec", *, walking: bool) -> Q:
    allowed = condition_for(actor, spec, "view", walking=walking)
    return Q(pk__in=()) if allowed is None else allowed


def _walked(actor: Actor, spec: "ObjectSpec", query: ListQuery, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    walking = query.condition == EVERYTHING
    return _narrow(actor, spec, rows.filter(_rule(actor, spec, walking=walking)), query)


def _is_plain(query: ListQuery) -> bool:
    """Whether it is a first page without conditions: those of one kind differ in the ids to choose from alone."""
    return query.condition == EVERYTHING and not query.trash and query.after is None and query.before is None


def _of_matches(actor: Actor, spec: "ObjectSpec", query: ListQuery, ids: Sequence[int]) -> tuple[Base, Taking]:
    return _of_known(actor, spec, replace(query, condition=EVERYTHING), ids, Q(), are_seen=True)


def _of_known(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, ids: Sequence[int], condition: Q, *, are_seen: bool = False
) -> tuple[Base, Taking]:
    """Those of some known records that meet a condition and, unless ``are_seen`` is known, may be seen."""

    def base(known: RawSQL) -> "QuerySet[Any]":
        rows = unindexed(spec).filter(pk__in=known) if are_seen else seen_among(actor, spec, known)
        return _narrow(actor, spec, rows.filter(condition), query)

    if condition or not _is_plain(query):
        return partial(base, listed(ids)), _taken
    return partial(base, listed_later("ids")), partial(_alike, actor, (spec.key, are_seen), {"ids": as_value(ids)})


def _taken(rows: Base, wanted: int, _name: Hashable) -> list[int]:
    return list(rows().values_list("pk", flat=True)[:wanted])


def _alike(actor: Actor, kind: Hashable, values: dict[str, Any], rows: Base, wanted: int, name: Hashable) -> list[int]:
    """The same with SQL that is kept: ``kind`` and ``name`` say all that it depends on beside the actor's rules."""
    asked = asked_alike(actor, (kind, name, wanted), lambda: rows().values_list("pk", flat=True)[:wanted])
    return asked(**values)


def _looked(
    actor: Actor, spec: "ObjectSpec", hits: Hits, most: int, rows: Base, wanted: int, name: Hashable, *, is_first: bool
) -> list[int] | None:
    """Those of the first ``most`` rows that may be seen and hold what is looked for; None if they are too few."""

    def make(holding: Q) -> "QuerySet[Any]":
        allowed = _rule(actor, spec, walking=True)
        return marked(rows(), allowed & holding if allowed else holding, most)

    if is_first and (later := hits.later):
        holding, pieces, shape = later
        asked = asked_alike(actor, ("look", spec.key, name, shape, most), lambda: make(holding))
        return first_of(asked, pieces, wanted)
    return first_of(Prepared(lambda: make(hits.holding)), {}, wanted)


def _edge(actor: Actor, spec: "ObjectSpec", record_id: int, source: Any) -> tuple[Any] | None:
    """By what the record at a page's edge is sorted. None for one that may not be seen: its place among the actor's
    own would tell its values.
    """
    found = row_of(spec, record_id)
    if found is None or not Standing(actor, spec, found).may("view"):
        return None
    if isinstance(source, str) and hasattr(found, source):
        return (getattr(found, source),)
    return spec.model._default_manager.filter(pk=record_id).values_list(source).first()


def _ids(
    actor: Actor, spec: "ObjectSpec", by: Field | None, query: ListQuery, base: Base, take: Taking, *, descending: bool
) -> list[int] | None:
    """Ids in order, one more than a page holds; None if they were not found in the way they are taken. Records without
    the value come last, in a phase of their own.
    """
    source: Any = by.source() if by else "title_key"
    value: Combinable = F(source) if isinstance(source, str) else source
    may_be_null = by is not None and (by.nullable or by.custom)
    backwards = query.before is not None
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
        beyond = Q()
        if edge is not None and edge_id is not None:
            in_null = may_be_null and edge[0] is None
            if in_null != null_phase and (null_phase == backwards):
                continue  # this phase lies wholly on the other side of the edge
            if in_null == null_phase:
                beyond = _beyond(value, edge[0], edge_id, descending=descending, by_id_only=null_phase)
        phase = there(value, is_there=not null_phase) if may_be_null else Q()
        order = ["-pk" if descending else "pk"]
        if not null_phase:
            order = [_ordering(value, descending=descending), *order]
        rows = partial(_ordered, base, phase, beyond, order)
        more = take(rows, wanted, (source, null_phase, descending))
        if more is None:
            return None
        ids += more[: wanted - len(ids)]
        if len(ids) >= wanted:
            break
    return ids


def _ordered(base: Base, phase: "Q | Lookup[Any]", beyond: Q, order: Sequence[Any]) -> "QuerySet[Any]":
    return base().filter(phase, beyond).order_by(*order)


def _ordering(value: Any, *, descending: bool) -> Any:
    return value.desc() if descending else value.asc()


def _beyond(value: Any, edge: Any, edge_id: int, *, descending: bool, by_id_only: bool) -> Q:
    """Behind the edge, in the one form both databases turn into a walk along the index: ``a<=x AND (a<x OR …)``."""
    past_id = Q(pk__lt=edge_id) if descending else Q(pk__gt=edge_id)
    if by_id_only:
        return past_id
    bound, strict = (LessThanOrEqual, LessThan) if descending else (GreaterThanOrEqual, GreaterThan)
    return Q(bound(value, edge)) & (Q(strict(value, edge)) | (Q(Exact(value, edge)) & past_id))
