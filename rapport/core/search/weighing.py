"""How often something is found, about: by that the plan of a list is chosen. A guess costs speed, never a hit.

Nothing is counted. SQLite's full-text tables give hits in the order of their ids, so the places of the first and of the
last few tell how close together they are. PostgreSQL's index has no order: there some stretches of entries are read.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import connection

from rapport.core.records.models import part_of
from rapport.core.search import fulltext
from rapport.core.search.index import Question, held_by, rows

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

KNOWN = 90  # hits of SQLite that are looked at; fewer are all there are
_STRETCHES, _STRETCH, _SHORT = 16, 50, 12  # of entries that PostgreSQL reads; short ones tell often from rarely
_KEPT_SECONDS, _MOST_KEPT = 120.0, 1_000
Known = TypeVar("Known")
_kept: dict[Hashable, tuple[float, Any]] = {}


@dataclass(frozen=True)
class Spread:
    """The first and the last id of a kind, and about how many records there are between them."""

    first: int
    last: int
    records: float


@dataclass(frozen=True)
class Weight:
    """About how many hits there are, and among how many records. ``told`` is of how many that was guessed, ``ids`` are
    all of them if known.
    """

    hits: float
    records: float
    told: int = 0
    ids: tuple[int, ...] | None = None

    @property
    def least(self) -> float:
        """How many there are at the least, if luck did not play a trick on the guess."""
        return self.hits * (1 - self.told**-0.5) if self.told else 0.0


def weigh(spec: "ObjectSpec", asked: Question, stretch: int = _STRETCH) -> Weight:
    """About how often something is found, whoever's it is."""
    spread = kept(("spread", spec.key), lambda: _spread(spec))
    if connection.vendor == "sqlite":
        return _by_places(asked.kind, asked.letters, spread)
    return _by_stretches(spec, *held_by(asked.ways, asked.sight), spread, stretch)


def gap_of(spec: "ObjectSpec", asked: Question) -> float:
    """Among how many entries one is found, about. SQLite need not know it to give the newest."""
    if connection.vendor == "sqlite":
        return 1.0
    weight = weigh(spec, asked, _SHORT)
    return weight.records / max(weight.hits * share_of(spec, tuple(asked.signs)), 0.1)


def share_of(spec: "ObjectSpec", signs: tuple[str, ...]) -> float:
    """About which part of the records of a kind has one of these signs; no signs: all."""
    return kept(("share", spec.key, signs), lambda: _share(spec, signs)) if signs else 1.0


def _share(spec: "ObjectSpec", signs: tuple[str, ...]) -> float:
    spread = kept(("spread", spec.key), lambda: _spread(spec))
    if connection.vendor == "sqlite":
        weight = _by_places(spec.key, " OR ".join(f'"{sign}"' for sign in signs), spread)
    else:
        weight = _by_stretches(spec, "string_to_array(reach, ' ') && %s::text[]", [list(signs)], spread, _STRETCH)
    return min(max(weight.hits / weight.records, 0.001), 1.0)


def _by_places(kind: str, match: str, spread: Spread) -> Weight:
    name = fulltext.table(kind)
    sql = f"SELECT rowid FROM {name} WHERE {name} MATCH %s ORDER BY rowid"  # noqa: S608
    ids = tuple(pk for (pk,) in rows(f"{sql} LIMIT %s", [match, KNOWN]))
    if len(ids) < KNOWN:
        return Weight(len(ids), spread.records, len(ids), ids)
    late = [pk for (pk,) in rows(f"{sql} DESC LIMIT %s", [match, KNOWN // 3])]
    looked_through = max(ids[-1] - spread.first + 1, KNOWN) + max(spread.last - min(late) + 1 if late else 0, len(late))
    told = KNOWN + len(late)
    return Weight(told * max((spread.last - spread.first + 1) / looked_through, 1.0), spread.records, told)


def _by_stretches(spec: "ObjectSpec", held: str, values: list[Any], spread: Spread, stretch: int) -> Weight:
    step = (spread.last - spread.first + 1) / _STRETCHES
    starts = [spread.first + int(step * number) for number in range(_STRETCHES)]
    sql = (
        f"SELECT count(*), count(*) FILTER (WHERE {held}) FROM unnest(%s::bigint[]) s(start), LATERAL (SELECT "  # noqa: S608
        f"record_id FROM {spec.model._meta.db_table} WHERE {part_of(spec.model) or 'TRUE'} AND record_id >= s.start "
        "ORDER BY record_id LIMIT %s) r "
        "JOIN core_searchentry e USING (record_id) WHERE live"
    )
    read, found = rows(sql, [*values, starts, stretch])[0]
    return Weight(spread.records * found / max(read, 1), spread.records, found)


def _spread(spec: "ObjectSpec") -> Spread:
    table = spec.model._meta.db_table + part_of(spec.model, also=" WHERE ")
    place = f"(SELECT record_id FROM {table} ORDER BY record_id %s LIMIT 1 OFFSET {KNOWN})"  # noqa: S608
    sql = f"SELECT min(record_id), max(record_id), {place % ''}, {place % 'DESC'} FROM {table}"  # noqa: S608
    first, last, early, late = rows(sql, [])[0]
    if early is None:
        return Spread(first or 0, last or 0, KNOWN)
    share = 2 * KNOWN / (early - first + last - late)
    return Spread(first, last, share * (last - first + 1))


def kept(key: Hashable, read: Callable[[], Known]) -> Known:
    """What was read two minutes ago at most: plans may be guessed from that, rights never."""
    until, value = _kept.get(key, (0.0, None))
    if until < time.monotonic():
        value = read()
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = time.monotonic() + _KEPT_SECONDS, value
    return cast("Known", value)
