"""The best hits for a text: what is called so or begins so first, then the newest in which it occurs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from rapport.accounts.actor import Actor
from rapport.core.access.finding import MOST_SIGNS, beginnings, finding
from rapport.core.access.levels import Level, called, level_of
from rapport.core.access.visible import (
    FEW,
    asked_alike,
    few_visible,
    seen_among,
    sees_all,
    titles_seen,
    visible_to,
    walking,
)
from rapport.core.objects import registry
from rapport.core.records.known import as_value, listed_later
from rapport.core.search import index
from rapport.core.search.listing import at_providers
from rapport.core.search.reach import reach_of
from rapport.core.search.scopes import Sight, sight
from rapport.core.search.weighing import gap_of
from rapport.lib.prepared import Prepared
from rapport.lib.search_words import sought
from rapport.lib.text import clean_line, fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

CANDIDATES = 200  # the newest hits, among which the best are chosen
ENOUGH = 20  # hits to choose from, for one who sees a part of them
_CHUNKS = (200, 500, 2_000, 8_000)  # hits looked at in one go for one who sees a part of them


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    kind: str
    id: int
    title: str


def search(actor: Actor, spec: "ObjectSpec", text: str, limit: int) -> list[Hit]:
    """At most ``limit`` live records of a kind that the actor sees and in which every word of ``text`` occurs.

    The best first: called so or with that address; a name that begins so; a word that begins so; anywhere.
    """
    return search_all(actor, text, {spec.key: limit}).get(spec.key, [])


def search_all(actor: Actor, text: str, limits: Mapping[str, int]) -> dict[str, list[Hit]]:
    """As :func:`search` for several kinds: ``{kind: hits}``, without the kinds of which nothing is found."""
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    found: dict[str, list[Hit]] = {}
    few_of = cache(lambda kind: few_visible(actor, registry.get(kind)))
    for kind, limit in limits.items():
        if text and level_of(actor, kind, "view") is not Level.NONE:
            spec = registry.get(kind)
            few = few_of(kind) if spec.few is None else spec.few(actor, FEW, few_of)
            if few != [] and (hits := _search(actor, spec, text, few, limit)):
                found[kind] = hits
    return found


def _search(actor: Actor, spec: "ObjectSpec", text: str, few: list[int] | None, limit: int) -> list[Hit]:
    found: dict[int, str] = {}
    for pk, title in _first(actor, spec, text, few, limit) if spec.parents is None else ():
        found.setdefault(pk, title)
        if len(found) == limit:
            break
    within = sight(actor, spec) if len(found) < limit else None
    if within is not None and (ways := sought(text)):
        also = at_providers(actor, spec, text)
        for pk, title in _ranked(_newest(actor, spec, ways, within, few, also, limit), fold(text), ways):
            found.setdefault(pk, title)
    elif within is None and len(found) < limit:
        rest = visible_to(actor, spec).filter(finding(actor, spec, text)).order_by("title_key", "pk")
        found.update(rest.values_list("pk", "title")[:limit])
    return [Hit(spec.key, pk, called(actor, spec, title)) for pk, title in list(found.items())[:limit]]


def _first(actor: Actor, spec: "ObjectSpec", text: str, few: list[int] | None, limit: int) -> Iterator[tuple[int, str]]:
    """What is called so or begins so, by the indexes of names, addresses and numbers, each along its own."""
    rows = walking(actor, spec) if few is None else seen_among(actor, spec, few)
    for place in beginnings(actor, spec, text, CANDIDATES):
        if isinstance(place, tuple):
            column, begun = place
            yield from rows.filter(begun).order_by(column, "pk").values_list("pk", "title")[:limit]
        elif place:
            titles = titles_seen(actor, spec, place)
            yield from ((pk, titles[pk]) for pk in place if pk in titles)


def _newest(
    actor: Actor,
    spec: "ObjectSpec",
    ways: index.Ways,
    within: Sight,
    few: list[int] | None,
    also: Q,
    limit: int,
) -> list[tuple[int, str, str, str]]:
    """Id, title, folded title and words of the newest hits that the actor sees and that are ``also`` so.

    Three plans: one who sees few has those looked at, one who sees all gets the newest as they are, and for all
    others the newest are asked for in growing chunks until enough of them are to be seen.
    """
    most = max(CANDIDATES, limit)
    if few is not None:
        return _seen(actor, spec, index.among(spec.key, ways, within, few, most), also)
    everything = sees_all(actor, spec)
    reach = None if everything else reach_of(actor, spec)
    asked = index.Question(spec.key, ways, within, reach.signs if reach else ())
    gap = gap_of(spec, asked)
    seen: list[tuple[int, str, str, str]] = []
    if reach and reach.shared:
        seen = _seen(actor, spec, index.among(spec.key, ways, within, reach.shared, most), also)
    before = index.NEWEST
    for size in (most,) if everything else _chunks():
        hits = index.newest(asked, size, before, gap)
        seen += _seen(actor, spec, hits, also)
        if len(hits) < size or len(seen) >= max(ENOUGH, limit):
            break
        before = hits[-1][0]
    return seen


def _chunks() -> Iterator[int]:
    yield from _CHUNKS
    while True:
        yield _CHUNKS[-1]


def _seen(
    actor: Actor, spec: "ObjectSpec", hits: Sequence[tuple[int, str]], also: Q
) -> list[tuple[int, str, str, str]]:
    if not hits:
        return []

    def make() -> "QuerySet[Any]":
        rows = seen_among(actor, spec, listed_later("ids")).filter(also)
        return rows.values_list("pk", "title", "title_key")

    asked = Prepared(make) if also else asked_alike(actor, ("seen", spec.key), make)
    titles = {pk: (title, key) for pk, title, key in asked(ids=as_value([pk for pk, _text in hits]))}
    return [(pk, *titles[pk], text) for pk, text in hits if pk in titles]


def _ranked(found: list[tuple[int, str, str, str]], wanted: str, ways: index.Ways) -> Iterator[tuple[int, str]]:
    """Those whose words begin like what is looked for before those that have it anywhere; the newest first."""
    begun = [[" " + piece.strip() for piece in way] for way in ways]

    def rank(key: str, text: str) -> int:
        name = " " + key.replace("-", " ")
        if any(all(piece in name for piece in way) for way in begun):
            return 1 if key.startswith(wanted) else 2
        return 3 if any(all(piece in text for piece in way) for way in begun) else 4

    for _rank, _place, pk, title in sorted(
        (rank(key, text), place, pk, title) for place, (pk, title, key, text) in enumerate(found)
    ):
        yield pk, title
