"""PostgreSQL's indexes of three letters: one for each kind of object, for the reason that SQLite has several tables.

Letters that are common among people and rare in notes would cost a search for notes as much as one for people. The
second column holds whose a record is, so that both are found in one walk through the index.
"""

from collections.abc import Sequence

from django.db import connection

from rapport.core.search.fulltext import table


def ensure(kinds: Sequence[str]) -> None:
    """Makes the indexes that are missing. Does nothing on other databases."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'core_searchentry'")
        there = {name for (name,) in cursor.fetchall()}
        for kind in kinds:
            if table(kind) not in there:
                cursor.execute(statement(kind))


def statement(kind: str) -> str:
    """What makes the index of a kind."""
    return (
        f"CREATE INDEX {table(kind)} ON core_searchentry USING gin "
        f"(open_text gin_trgm_ops, string_to_array(reach, ' ')) WHERE kind = '{kind}' AND live"
    )
