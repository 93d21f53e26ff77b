"""Writing what search looks into, in the transaction that writes the records."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.fields import Field, Link
from rapport.core.jobs import queue
from rapport.core.objects import registry
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.locking import locked
from rapport.core.records.models import Record, RecordModel
from rapport.core.records.wipes import also
from rapport.core.search import keeping
from rapport.core.search.keeping import Entry
from rapport.core.search.models import SearchEntry
from rapport.core.search.reach import marks
from rapport.core.search.scopes import apart_in
from rapport.lib.faults import point
from rapport.lib.prepared import Prepared
from rapport.lib.search_words import common_words, joined, words

if TYPE_CHECKING:
    from rapport.core.objects.saver import Draft
    from rapport.core.objects.spec import ObjectSpec

AT_ONCE = 500  # entries of other records that are written anew within a save; more are left to the worker
FOLLOW = "search.follow"


def write(spec: "ObjectSpec", drafts: Sequence["Draft"]) -> None:
    """Writes the entries of drafts whose rows and child rows are stored. At most three queries for new records."""
    new = [draft for draft in drafts if draft.is_new]
    if new:
        apart, titles = apart_in(spec.key), _titles(spec, [draft.values for draft in new])
        keeping.add(entry(spec, apart, draft.instance, draft.values, titles) for draft in new)
    changed = [draft for draft in drafts if not draft.is_new]
    searched = {field.key: field for field in spec.searched}
    told = {*searched, "owner", "team"}
    rewrite(spec, [draft.instance.pk for draft in changed if not told.isdisjoint(draft.values)])
    if renamed := [
        draft.instance.pk
        for draft in changed
        if any(searched[key].weight == 1 for key in draft.values if key in searched)
    ]:
        _follow_names(spec, renamed)
    point("search.written")


def rewrite(spec: "ObjectSpec", ids: Sequence[int], *, anew: bool = False) -> None:
    """Writes the entries of stored records again, from what the database holds; ``anew`` as in ``keeping.replace``.

    The rows are locked before they are read, so nobody saves or trashes one between the reading and the writing.
    """
    if not ids:
        return
    apart = apart_in(spec.key)
    records = {record.pk: record for record in _locked(spec)(ids=as_value(ids))}
    rows = fetch(spec, ids, spec.searched)
    keeping.replace((entry(spec, apart, records[row.id], row.values, {}) for row in rows), anew=anew)


@lru_cache(maxsize=64)
def _locked(spec: "ObjectSpec") -> Prepared:
    rows = spec.model._default_manager.filter(pk__in=listed_later("ids"))
    return Prepared(lambda: locked(rows.only("title", "owner", "team", "live")))


def entry(
    spec: "ObjectSpec", apart: Collection[str], record: RecordModel, values: Mapping[str, Any],
    titles: Mapping[int, str],
) -> Entry:  # fmt: skip
    """The entry of a record with these values. ``titles`` names what links lead to, where values hold bare ids.

    The title is open, except for words of it that are kept apart: what a role may not see it does not find.
    """
    # A title that is made of such a field is among its words; cut off at its end it would hold others.
    opened, restricted = [] if {*spec.titled_by} & {*apart} else list(words(record.title)), list[str]()
    for key, read, is_kept in _plan(spec.searched, frozenset(apart)):
        if value := values.get(key):
            found = (
                read(value) if read else common_words(titles.get(value, "") if isinstance(value, int) else value.title)
            )
            (restricted if is_kept else opened).extend(found)
    if restricted:
        kept = set(restricted)
        opened = [word for word in opened if word not in kept]
    return record.pk, spec.key, record.live, joined(opened), joined(restricted), marks(record.owner_id, record.team_id)


@lru_cache(maxsize=64)
def _plan(
    searched: tuple[Field, ...], apart: frozenset[str]
) -> list[tuple[str, Callable[[Any], Sequence[str]] | None, bool]]:
    """What is to be read of each record: a field, how its words are made (None: by a title), whether they are kept
    apart. What a record is called is in its title already.
    """
    return [
        (field.key, None if isinstance(field, Link) else field.search_words, field.key in apart)
        for field in searched
        if field.weight > 1 or field.key in apart
    ]


def _titles(spec: "ObjectSpec", values: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    keys = [field.key for field in spec.searched if isinstance(field, Link)]
    ids = {linked for row in values for key in keys if (linked := row.get(key))}
    return dict(Record.objects.filter(among("pk", ids)).values_list("pk", "title")) if ids else {}


def _follow_names(spec: "ObjectSpec", renamed: Sequence[int]) -> None:
    """Records that were renamed: those linked to them are found by the new name."""
    for other in registry.every():
        for field in other.searched:
            if isinstance(field, Link) and field.to == spec.key:
                ids = linked_to(other, field, renamed)[: AT_ONCE + 1]
                if len(ids) <= AT_ONCE:
                    rewrite(other, list(ids))
                else:
                    args = {"kind": other.key, "field": field.key, "ids": list(renamed)}
                    queue.enqueue(FOLLOW, args, Actor.system(via="job"))


@also
def forget(ids: Collection[int]) -> None:
    """Removes the entries of records that are erased, and their names from the entries of those linked to them."""
    SearchEntry.objects.filter(pk__in=ids).delete()
    for other in registry.every():
        for field in other.searched:
            if isinstance(field, Link) and not field.custom:
                linked = list(linked_to(other, field, list(ids)).exclude(pk__in=ids))
                if linked:
                    other.model._default_manager.filter(pk__in=linked).update(**{field.id_path: None})
                    rewrite(other, linked)


def linked_to(spec: "ObjectSpec", field: Link, ids: Sequence[int]) -> Any:
    """Ids of the records whose field leads to one of these, in order."""
    return spec.model._default_manager.filter(field.in_ids(ids)).order_by("pk").values_list("pk", flat=True)
