"""Asking the index: which entries hold what is looked for, the newest first.

The two databases need different questions. SQLite's full-text tables know which entries have each three letters and
walk them from the newest on. PostgreSQL's GIN index knows the same but gives no order, so that what occurs often is
found by looking at the newest entries themselves.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from rapport.core.search import fulltext
from rapport.core.search.models import SearchEntry
from rapport.core.search.scopes import Sight

Ways = Sequence[Sequence[str]]
Signs = Sequence[str]
_KEPT_APART = ~Q(restricted_text="")  # as the condition of PostgreSQL's index says it
LOOKED_THROUGH = 4_000  # newest entries of a kind that PostgreSQL reads before it asks its index
_OFTEN = LOOKED_THROUGH // 40  # hits among them that tell of many more
NEWEST = 2**62


def newest(
    kind: str, ways: Ways, sight: Sight, most: int, before: int = NEWEST, signs: Signs = ()
) -> list[tuple[int, str]]:
    """Ids and texts of at most ``most`` live entries of a kind that are found in one of the ways, newest first.

    ``before`` goes on behind an earlier answer; ``signs`` leaves those of ``rapport.core.search.reach``.
    """
    if connection.vendor == "sqlite":
        sql, values = _matching(kind, ways, sight, signs, f"i.rowid, {_text(sight)}", always=True)
        return _rows(f"{sql} AND i.rowid < %s ORDER BY i.rowid DESC LIMIT %s", [*values, before, most])
    held, patterns = _held(ways, sight, signs)
    found = _latest(kind, held, patterns, sight, most, before)
    if _OFTEN <= len(found) < most:  # often, but not often enough: among so many more there are as many as asked for
        found = _latest(kind, held, patterns, sight, most, before, LOOKED_THROUGH * (most // len(found) + 2))
    if len(found) == most:
        return found
    sql = (
        f"SELECT record_id, {_text(sight)} FROM core_searchentry e "  # noqa: S608
        f"WHERE kind = %s AND live AND record_id < %s AND {held} ORDER BY record_id DESC LIMIT %s"
    )
    return _rows(sql, [kind, before, *patterns, most])


def ids(kind: str, ways: Ways, sight: Sight, most: int, signs: Signs = ()) -> list[int] | None:
    """Ids of all live entries that are found, None if they are more than ``most``."""
    if is_common(kind, ways, sight, most, signs):
        return None
    query = subquery(kind, ways, sight, signs)
    found = [pk for (pk,) in _rows(f"{query.sql} LIMIT %s", [*query.params, most + 1])]
    return found if len(found) <= most else None


def is_common(kind: str, ways: Ways, sight: Sight, most: int, signs: Signs = ()) -> bool:
    """Whether more than about ``most`` entries are found. SQLite counts those with the same letters; PostgreSQL, where
    counting costs more than finding, looks whether a fortieth of the newest are found.
    """
    if connection.vendor != "sqlite":
        return len(_latest(kind, *_held(ways, sight, signs), sight, _OFTEN, NEWEST)) == _OFTEN
    name = fulltext.table(kind)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {name} WHERE {name} MATCH %s LIMIT %s)"  # noqa: S608
    ((count,),) = _rows(sql, [fulltext.asked(ways, signs), most + 1])
    return bool(count > most)


def subquery(kind: str, ways: Ways, sight: Sight, signs: Signs = (), others: Sequence[int] = ()) -> RawSQL:
    """The ids of all live entries that are found, and some others, to be used within another question."""
    if connection.vendor == "sqlite":
        sql, values = _matching(kind, ways, sight, signs, "i.rowid")
    else:
        held, patterns = _held(ways, sight, signs)
        sql = f"SELECT record_id FROM core_searchentry e WHERE kind = %s AND live AND {held}"  # noqa: S608
        values = [kind, *patterns]
    if others:
        sql, values = f"{sql} UNION ALL VALUES {', '.join(['(%s)'] * len(others))}", [*values, *others]
    return RawSQL(sql, values)  # noqa: S611 - what people typed is among the values alone


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
            one = Q(open_text__contains=piece)
            every &= one | (_KEPT_APART & Q(restricted_text__contains=piece)) if sight.restricted else one
        found |= every
    return found


def holds(ways: Ways, sight: Sight) -> Q:
    """The condition on records that their entries are found, to be looked at record by record along a sort.

    A value, not an EXISTS: PostgreSQL would turn that round and begin with all that is found.
    """
    mine = SearchEntry.objects.filter(holding(ways, sight), pk=OuterRef("pk"))
    return Q(Exact(Subquery(mine.values(found=Value(1))), 1)) if connection.vendor == "postgresql" else Q(Exists(mine))


def _text(sight: Sight) -> str:
    return "e.open_text || e.restricted_text" if sight.restricted else "e.open_text"


def _matching(
    kind: str, ways: Ways, sight: Sight, signs: Signs, columns: str, *, always: bool = False
) -> tuple[str, list[Any]]:
    """A question to a full-text table. The entries are looked at only where three letters do not say it all."""
    name = fulltext.table(kind)
    sql = f"SELECT {columns} FROM {name} i"  # noqa: S608
    matched = [fulltext.asked(ways, signs)]
    said = sight.everything and all(len(piece) == 3 for way in ways for piece in way)
    if always or not said:
        sql += " CROSS JOIN core_searchentry e ON e.record_id = i.rowid"
    if said:
        return f"{sql} WHERE {name} MATCH %s", matched
    held = " OR ".join("(" + " AND ".join([f"instr({_text(sight)}, %s) > 0"] * len(way)) + ")" for way in ways)
    return f"{sql} WHERE {name} MATCH %s AND ({held})", [*matched, *(piece for way in ways for piece in way)]


def _held(ways: Ways, sight: Sight, signs: Signs) -> tuple[str, list[Any]]:
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


def _latest(
    kind: str, held: str, patterns: list[Any], sight: Sight, most: int, before: int, looked: int = LOOKED_THROUGH
) -> list[tuple[int, str]]:
    sql = (
        f"SELECT record_id, {_text(sight)} FROM (SELECT * FROM core_searchentry WHERE kind = %s AND live "  # noqa: S608
        f"AND record_id < %s ORDER BY record_id DESC LIMIT %s) e WHERE {held} ORDER BY record_id DESC LIMIT %s"
    )
    return _rows(sql, [kind, before, looked, *patterns, most])


def _rows(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
