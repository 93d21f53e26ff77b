"""The planner's statistics: what the database believes to be in its tables, when it chooses how to find something."""

from django.db import connection
from django.db.models import Model

_FROM = 1_000  # rows
_TENTH = 10


def refresh_between(model: type[Model], added: int) -> bool:
    """In the middle of long work: as :func:`refresh_after`, but not on SQLite, which looks in its indexes anyway."""
    return connection.vendor != "sqlite" and refresh_after(model, added)


def refresh_after(model: type[Model], added: int) -> bool:
    """Looks at all tables again if ``added`` rows are a tenth or more of what the planner believes to be in one.

    Call it outside of a transaction. Where there is something to do, SQLite lets nobody write for some tenths of a
    second, and PostgreSQL may take seconds. Returns whether it looked.
    """
    if added < _FROM or added * _TENTH < _believed(model):
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 400")
        cursor.execute("ANALYZE")
    return True


def _believed(model: type[Model]) -> int:
    """How many rows the planner believes a table to have; not above 0 where it was never told."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
            if not cursor.fetchone():
                return 0
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s LIMIT 1", [table])
            return int((cursor.fetchone() or ("0",))[0].split()[0])
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{table}"'])
        return int((cursor.fetchone() or (0,))[0])
