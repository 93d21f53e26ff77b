"""SQLite's full-text tables: one for each kind of object, which knows the live entries by each three letters.

A table of its own, because letters that are common in one kind and rare in another would cost as much as the common
ones do. It holds neither texts nor places of letters, only which entries have them: that makes it small and quick to
write; letters that do not stand together are sorted out by looking at the entry.
"""

import re
from collections.abc import Sequence

from django.db import connection

_KIND = re.compile(r"[a-z][a-z0-9_]*")
_COLUMNS = "open_text, restricted_text, owner, team"
Row = tuple[int, str, str, str]  # id, open and restricted text, whose it is


def table(kind: str) -> str:
    """The name of a kind's full-text table, on PostgreSQL of its index."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"“{kind}” cannot be the name of an object.")
    return f"core_searchindex_{kind}"


def ensure(kinds: Sequence[str]) -> list[str]:
    """Makes the full-text tables that are missing; returns their kinds. Does nothing on other databases."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'core_searchindex\\_%%' ESCAPE '\\'")
        there = {name for (name,) in cursor.fetchall()}
        missing = [kind for kind in kinds if table(kind) not in there]
        for kind in missing:
            for statement in statements(kind):
                cursor.execute(statement)
    return missing


def statements(kind: str) -> list[str]:
    """What makes the full-text table of a kind.

    Rows are added and dropped by ``rapport.core.search.keeping``; a trigger would make SQLite write to the disk after
    each of them. Only records that go for good, which is rare, take theirs along by a trigger.
    """
    name = table(kind)
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5({_COLUMNS}, content='', columnsize=0, detail=none, "
        "tokenize='trigram case_sensitive 1')",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON core_searchentry WHEN old.live AND old.kind = '{kind}' BEGIN "  # noqa: S608
        f"INSERT INTO {name}({name}, rowid, open_text, restricted_text, owner, team) "
        "VALUES ('delete', old.record_id, old.open_text, old.restricted_text, "
        "substr(old.reach, 1, 3), substr(old.reach, 5)); END",
    ]


def add(kind: str, rows: Sequence[Row]) -> None:
    """Adds entries."""
    _run(f"INSERT INTO {table(kind)}(rowid, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s)", rows)  # noqa: S608


def drop(kind: str, rows: Sequence[Row]) -> None:
    """Takes entries out. The table has no texts of its own: it must be told what it was told before."""
    name = table(kind)
    _run(f"INSERT INTO {name}({name}, rowid, {_COLUMNS}) VALUES ('delete', %s, %s, %s, %s, %s)", rows)  # noqa: S608


def optimise(kinds: Sequence[str]) -> None:
    """Writes the full-text tables anew, without what was dropped: until then they hold its three letters."""
    if connection.vendor == "sqlite":
        for kind in kinds:
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {table(kind)}({table(kind)}) VALUES ('optimize')")  # noqa: S608


def asked(ways: Sequence[Sequence[str]]) -> str:
    """What the full-text table is asked for: all of the three letters of one of the ways."""
    return " OR ".join("(" + " AND ".join(f'"{three}"' for three in way) + ")" for way in ways)


def narrowed(asked: str, signs: Sequence[str]) -> str:
    """The same, and one of the signs of ``rapport.core.search.reach``, if there are any."""
    return f"({asked}) AND (" + " OR ".join(f'"{sign}"' for sign in signs) + ")" if signs else asked


def trigrams(piece: str) -> list[str]:
    """Every three letters of a piece of text."""
    return list(dict.fromkeys(piece[place : place + 3] for place in range(len(piece) - 2)))


def _run(statement: str, rows: Sequence[Row]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(*row[:3], row[3][:3], row[3][4:]) for row in rows])
