"""The planner's statistics: what the database believes to be in its tables, when it chooses how to find something."""

from django.db import connection
from django.db.models import Model

_FROM = 1_000  # rows
_TENTH = 10


def refresh_after(model: type[Model], added: int) -> bool:
    """Looks at all tables again if ``added`` rows are a tenth or more of what the planner believes to be in one.

    Call it outside of a transaction. Costs a question where there is nothing to do, and on PostgreSQL up to seconds
    where there is. Returns whether it looked.
    """
    if added < _FROM or added * _TENTH < _believed(model):
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
    return True


def _believed(model: type[Model]) -> int:
    """How many rows the planner believes a table to have; 0 where it was never told (SQLite: looking costs little)."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{model._meta.db_table}"'])
        return int((cursor.fetchone() or (0,))[0])
