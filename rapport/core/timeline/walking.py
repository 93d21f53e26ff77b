"""Walking along the index of what happened around a record: which events stand on its timeline, the newest first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import Exact

from rapport.accounts.actor import Actor
from rapport.core.access.finding import MOST_SIGNS
from rapport.core.events.kinds import house_kinds
from rapport.core.events.models import EventLink
from rapport.core.objects import registry
from rapport.core.records.aliases import has_losers, losers_of
from rapport.core.search.index import holding
from rapport.core.search.models import SearchEntry
from rapport.core.search.scopes import Sight, sight
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole, moment
from rapport.lib.search_words import sought
from rapport.lib.text import clean_line

FILE_KINDS = ("file.added", "file.removed", "file.restored")


@dataclass(frozen=True)
class Wanted:
    """Which entries: those of ``kinds`` of events, and with ``besides`` also all that are of none of these; both None:
    all. ``text`` is what an activity, or the name of a file, must hold.
    """

    kinds: frozenset[str] | None = None
    besides: frozenset[str] | None = None
    text: str = ""


ALL = Wanted()


def newest(record_id: int) -> int:
    """The number of the newest event of a record: from here on there is news."""
    links = EventLink.objects.filter(record_id=record_id, at__lte=clock.now()).order_by("-at", "-event_id")
    return links.values_list("event_id", flat=True).first() or 0


def condition_of(actor: Actor, wanted: Wanted) -> Q | None:
    """The condition on links; None where nothing can be found."""
    condition = Q()
    if wanted.kinds is not None:
        condition = Q(event__kind__in=wanted.kinds)
        if wanted.besides is not None:
            condition |= ~Q(event__kind__in=wanted.besides)
    if wanted.text:
        holding = _holding(actor, wanted.text)
        return None if holding is None else condition & holding
    return condition


def _holding(actor: Actor, text: str) -> Q | None:
    """Activities whose words hold what is looked for, by the index of search, and files by their name.

    A value, not an EXISTS: PostgreSQL would turn that round and begin with all that is found anywhere.
    """
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    ways = sought(text)
    if not ways:
        return None
    found = Q(event__kind__in=FILE_KINDS, event__data__name__icontains=text)
    alike: dict[Sight, list[str]] = defaultdict(list)
    for about in registry.every():
        if about.main_event and about.main_event.main and (within := sight(actor, about)) is not None:
            alike[within].append(about.main_event.key)
    for within, kinds in alike.items():
        words = SearchEntry.objects.filter(holding(ways, within), pk=OuterRef("event__subject_id"))
        found |= Q(event__kind__in=kinds) & Q(Exact(Subquery(words.values(found=Value(1))), 1))
    return found


def some_links(
    record_id: int, condition: Q, most: int, *, before: int | None = None, since: int | None = None
) -> list[EventLink]:
    """The newest ``most`` links of a record and of those that were merged into it, see :func:`links_of`.

    Each of them is read along the index by itself, so that none is read as a whole.
    """
    if condition == Q() and before is None and since is None:
        links = _first_links(record_id, most)
        if not links or not links[0].has_losers:  # type: ignore[attr-defined]
            return links
    ids = (record_id, *losers_of(record_id))
    found: dict[int, EventLink] = {}
    for pk in reversed(ids):  # what belongs to several stands where it does on the record itself
        links = list(links_of(pk, condition, before=before, since=since, edge_on=ids)[:most])
        found |= {link.event_id: link for link in links}
    return sorted(found.values(), key=lambda link: (link.at, link.event_id), reverse=True)[:most]


def _first_links(record_id: int, most: int) -> list[EventLink]:
    """The newest links of a record, whatever they tell: what every page of a record begins with. Each knows whether
    others were merged into the record.
    """
    quiet = tuple(key for key, kind in house_kinds().items() if not kind.told)
    return _first(quiet, most)(record=record_id, now=moment(clock.now()))


@lru_cache(maxsize=64)
def _first(quiet: tuple[str, ...], most: int) -> Prepared:
    def make() -> "QuerySet[EventLink]":
        return _told(hole("record"), hole("now"), quiet).annotate(has_losers=has_losers(hole("record")))[:most]

    return Prepared(make)


def links_of(
    record_id: int,
    condition: Q,
    *,
    before: int | None = None,
    since: int | None = None,
    edge_on: Collection[int] = (),
) -> "QuerySet[EventLink]":
    """The links of a record that fulfil a condition: those behind the entry ``before``, or from ``since`` on; where
    that entry may stand on other records, these are ``edge_on``.
    """
    quiet = tuple(key for key, kind in house_kinds().items() if not kind.told)
    rows = _told(record_id, clock.now(), quiet).filter(condition)
    for edge_id, compare in ((before, "lt"), (since, "lte")):
        if edge_id is not None:
            edge = EventLink.objects.filter(record_id__in=edge_on or (record_id,), event_id=edge_id).values("at")[:1]
            rows = rows.filter(at__lte=edge).filter(Q(at__lt=edge) | Q(**{f"event_id__{compare}": edge_id}))
    return rows


def _told(record_id: Any, now: Any, quiet: tuple[str, ...]) -> "QuerySet[EventLink]":
    """Newest first. What stands in the future is to come, and told there."""
    there = Q(event__subject_id=record_id) | Q(event__subject__trashed_at=None)
    rows = EventLink.objects.filter(there, record_id=record_id, at__lte=now)
    if quiet:
        rows = rows.exclude(event__kind__in=quiet)
    return rows.select_related("event__user", "event__subject", "event__act").order_by("-at", "-event_id")
