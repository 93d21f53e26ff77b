"""Asking the index: which entries hold what is looked for, the newest first.

The two databases need different questions. SQLite's full-text tables know which entries have each three letters and
walk them from the newest on. PostgreSQL's GIN index knows the same but gives no order, so that what occurs often is
found by looking at the newest entries themselves.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Exact, GreaterThan

from rapport.core.objects import registry
from rapport.core.records.known import as_value
from rapport.core.records.models import part_of
from rapport.core.search import fulltext, gin
from rapport.core.search.models import SearchEntry
from rapport.core.search.scopes import Sight
from rapport.lib.prepared import hole

Ways = Sequence[Sequence[str]]
Signs = Sequence[str]
_KEPT_APART = ~Q(restricted_text="")  # as the condition of PostgreSQL's index says it
LOOKED_THROUGH = 12_000  # newest entries of a kind that PostgreSQL reads at most instead of asking its index
_PATIENCE = 1.5  # times as many as should do
NEWEST = 2**62
_MOST_LETTERS = 2  # of each piece that SQLite is asked for, three letters each


@dataclass(frozen=True)
class Question:
    """What is looked for in a kind: one of the ways, in what the sight leaves, with one of the signs of
    ``rapport.core.search.reach`` if there are any.
    """

    kind: str
    ways: Ways
    sight: Sight
    signs: Signs = ()

    @cached_property
    def letters(self) -> str:
        """The question to a full-text table of SQLite, whoever's the records are.

        Of a long piece the rarest letters are asked for, of each of several pieces the rarest: a list of letters that
        half of the records have costs more than looking at what the others leave.
        """
        ways = [[fulltext.trigrams(piece) for piece in way] for way in self.ways]
        most = [_MOST_LETTERS if len(way) == 1 else 1 for way in ways]
        long = {three for way, few in zip(ways, most, strict=True) for one in way if len(one) > few for three in one}
        rare = _places(self.kind, sorted(long)) if long else {}

        def rarest(letters: list[str], few: int) -> list[str]:
            return sorted(letters, key=lambda three: -rare.get(three, 0))[:few]

        chosen = [[three for one in way for three in rarest(one, few)] for way, few in zip(ways, most, strict=True)]
        return fulltext.asked(chosen)

    @property
    def records(self) -> str:
        """Where the records are, as SQL that a further condition can follow."""
        model = registry.get(self.kind).model
        return f"{model._meta.db_table} WHERE {part_of(model) or 'TRUE'} AND "

    @property
    def match(self) -> str:
        """The same among what has one of the signs."""
        return fulltext.narrowed(self.letters, self.signs)

    @property
    def is_said(self) -> bool:
        """Whether SQLite's three letters say it all, so that no entry need be looked at."""
        return self.sight.everything and all(len(piece) == 3 for way in self.ways for piece in way)


def newest(asked: Question, most: int, before: int = NEWEST, gap: float = 1.0) -> list[tuple[int, str]]:
    """Ids and texts of at most ``most`` live entries of a kind that are found in one of the ways, newest first.

    ``before`` goes on behind an earlier answer. Among ``gap`` entries one is found, about; only PostgreSQL asks for it.
    """
    sight = asked.sight
    if connection.vendor == "sqlite":
        name = fulltext.table(asked.kind)
        found_in, pieces = _in_text(asked)
        sql = (
            f"SELECT i.rowid, {_text(sight)} FROM {name} i CROSS JOIN core_searchentry e ON e.record_id = i.rowid "  # noqa: S608
            f"WHERE {name} MATCH %s AND {found_in} AND i.rowid < %s ORDER BY i.rowid DESC LIMIT %s"
        )
        return rows(sql, [asked.match, *pieces, before, most])
    held, patterns = held_by(asked.ways, sight, asked.signs)
    looked = int(most * gap * _PATIENCE)
    if looked <= LOOKED_THROUGH:
        sql = (
            f"SELECT record_id, {_text(sight)} FROM (SELECT record_id FROM {asked.records}record_id < %s "  # noqa: S608
            f"ORDER BY record_id DESC LIMIT %s) r JOIN core_searchentry e USING (record_id) WHERE live AND {held} "
            "ORDER BY record_id DESC LIMIT %s"
        )
        found = rows(sql, [before, looked, *patterns, most])
        if len(found) == most:
            return found
    # Without the bar of OFFSET the planner would rather look through all entries from the newest on.
    sql = (
        f"SELECT record_id, words FROM (SELECT record_id, {_text(sight)} AS words FROM core_searchentry e "  # noqa: S608
        f"WHERE {gin.of_kind(asked.kind)} AND live AND record_id < %s AND {held} OFFSET 0) e "
        "ORDER BY record_id DESC LIMIT %s"
    )
    return rows(sql, [asked.kind, before, *patterns, most])


def candidates(asked: Question, others: Sequence[int] = ()) -> tuple[RawSQL, bool]:
    """The ids of all live entries that may be found, and some others, to be used within another question; and whether
    they are found for certain. Those of SQLite have the letters, but perhaps not side by side: see :func:`holds`.
    """
    values: list[Any]
    if connection.vendor == "sqlite":
        name = fulltext.table(asked.kind)
        sql, values = f"SELECT rowid FROM {name} WHERE {name} MATCH %s", [asked.match]  # noqa: S608
        certain = asked.is_said
    else:
        held, patterns = held_by(asked.ways, asked.sight, asked.signs)
        sql = f"SELECT record_id FROM core_searchentry e WHERE {gin.of_kind(asked.kind)} AND live AND {held}"  # noqa: S608
        values, certain = [asked.kind, *patterns], True
    if others:
        sql, values = f"{sql} UNION ALL VALUES {', '.join(['(%s)'] * len(others))}", [*values, *others]
    return RawSQL(sql, values), certain  # noqa: S611 - what people typed is among the values alone


def every(asked: Question) -> list[int]:
    """The ids of all live entries that are found."""
    if connection.vendor != "sqlite" or asked.is_said:
        ids, _are_certain = candidates(asked)
        return [pk for (pk,) in rows(ids.sql, ids.params)]
    name = fulltext.table(asked.kind)
    held, pieces = _in_text(asked)
    sql = (
        f"SELECT i.rowid FROM {name} i CROSS JOIN core_searchentry e ON e.record_id = i.rowid "  # noqa: S608
        f"WHERE {name} MATCH %s AND {held}"
    )
    return [pk for (pk,) in rows(sql, [asked.match, *pieces])]


def proven(asked: Question, ids: Sequence[int]) -> list[int]:
    """Those of some ids that :func:`candidates` of SQLite gave whose entries are found."""
    if asked.is_said or not ids:
        return list(ids)
    held, pieces = _in_text(asked)
    sql = f"SELECT record_id FROM core_searchentry e WHERE record_id IN (SELECT value FROM json_each(%s)) AND {held}"  # noqa: S608
    return [pk for (pk,) in rows(sql, [as_value(ids), *pieces])]


def _in_text(asked: Question) -> tuple[str, list[str]]:
    """The condition on an entry of SQLite, beside a full-text table, that it is found."""
    piece = f"instr({_text(asked.sight)}, %s) > 0"
    held = " OR ".join("(" + " AND ".join([piece] * len(way)) + ")" for way in asked.ways)
    return f"({held})", [one for way in asked.ways for one in way]


def _places(kind: str, letters: Sequence[str]) -> dict[str, int]:
    """For each three letters the id of the hundredth entry that has them: the further, the rarer."""
    name = fulltext.table(kind)
    one = f"SELECT (SELECT rowid FROM {name} WHERE {name} MATCH %s ORDER BY rowid LIMIT 1 OFFSET 99)"  # noqa: S608
    places = rows(" UNION ALL ".join([one] * len(letters)), [f'"{three}"' for three in letters])
    return {three: NEWEST if place is None else place for three, (place,) in zip(letters, places, strict=True)}


def among(kind: str, ways: Ways, sight: Sight, ids: Sequence[int], most: int) -> list[tuple[int, str]]:
    """The same among a few known records."""
    rows = SearchEntry.objects.filter(holding(ways, sight), kind=kind, live=True, pk__in=ids)
    text = Concat("open_text", "restricted_text") if sight.restricted else "open_text"
    return list(rows.order_by("-pk").values_list("pk", text)[:most])


def holding(ways: Ways, sight: Sight) -> Q:
    """The condition on entries that they are found in one of the ways."""
    found = Q(pk__in=())
    for way in ways:
        every = Q()
        for piece in way:
            one = _has("open_text", piece)
            every &= one | (_KEPT_APART & _has("restricted_text", piece)) if sight.restricted else one
        found |= every
    return found


def later(ways: Ways) -> tuple[Ways, dict[str, str], Hashable]:
    """The ways with holes for the pieces, the pieces, and the shape of the ways."""
    pieces = {f"piece_{number}_{place}": one for number, way in enumerate(ways) for place, one in enumerate(way)}
    holes: Any = [[hole(f"piece_{number}_{place}") for place in range(len(way))] for number, way in enumerate(ways)]
    return holes, pieces, tuple(len(way) for way in ways)


def _has(column: str, piece: str | RawSQL) -> Q:
    """The condition that a text holds a piece; where no index is asked SQLite is quicker without LIKE."""
    if connection.vendor == "sqlite":
        return Q(GreaterThan(StrIndex(F(column), Value(piece) if isinstance(piece, str) else piece), 0))
    return Q(**{f"{column}__contains": piece})


def holds(ways: Ways, sight: Sight) -> Q:
    """The condition on records that their entries are found, to be looked at record by record along a sort.

    A value, not an EXISTS: PostgreSQL would turn that round and begin with all that is found.
    """
    mine = SearchEntry.objects.filter(holding(ways, sight), pk=OuterRef("pk"))
    return Q(Exact(Subquery(mine.values(found=Value(1))), 1)) if connection.vendor == "postgresql" else Q(Exists(mine))


def _text(sight: Sight) -> str:
    return "e.open_text || e.restricted_text" if sight.restricted else "e.open_text"


def held_by(ways: Ways, sight: Sight, signs: Signs = ()) -> tuple[str, list[Any]]:
    """The condition of being found, in the form that PostgreSQL's index serves."""
    one = "open_text LIKE %s"
    if sight.restricted:
        one = f"({one} OR (restricted_text <> '' AND restricted_text LIKE %s))"
    times = 2 if sight.restricted else 1
    held = "(" + " OR ".join("(" + " AND ".join([one] * len(way)) + ")" for way in ways) + ")"
    patterns: list[Any] = [f"%{piece}%" for way in ways for piece in way for _time in range(times)]
    if signs:
        held, patterns = f"{held} AND string_to_array(reach, ' ') && %s::text[]", [*patterns, list(signs)]
    return held, patterns


def rows(sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
