"""PostgreSQL's indexes of three letters: one for each kind of object, for the reason that SQLite has several tables.

Letters that are common among people and rare in notes would cost a search for notes as much as one for people. The
second column holds whose a record is, so that both are found in one walk through the index. Kinds made at run time
share one: to make another would read all entries there are, and keep everybody from writing meanwhile.
"""

from collections.abc import Sequence

from django.db import connection

from rapport.core.search.fulltext import table

MADE_AT_RUN_TIME = "c_"  # how the keys of such kinds begin, and no others
_MADE = f"left(kind, 2) = '{MADE_AT_RUN_TIME}'"


def ensure(kinds: Sequence[str]) -> None:
    """Makes the indexes that are missing. Does nothing on other databases."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'core_searchentry'")
        there = {name for (name,) in cursor.fetchall()}
        for kind in kinds:
            if _name(kind) not in there:
                cursor.execute(statement(kind))
                there.add(_name(kind))


def statement(kind: str) -> str:
    """What makes the index of a kind."""
    of_kind = _MADE if _is_made(kind) else f"kind = '{kind}'"
    return (
        f"CREATE INDEX {_name(kind)} ON core_searchentry USING gin "
        f"(open_text gin_trgm_ops, string_to_array(reach, ' ')) WHERE {of_kind} AND live"
    )


def of_kind(kind: str) -> str:
    """The condition of being of a kind, with a place for its key, so that the index serves it."""
    return f"kind = %s AND {_MADE}" if _is_made(kind) else "kind = %s"


def _is_made(kind: str) -> bool:
    return kind.startswith(MADE_AT_RUN_TIME)


def _name(kind: str) -> str:
    return table("made_at_run_time" if _is_made(kind) else kind)
