"""A sample's rows, known to fit together, so that nothing need be looked up while they are written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model

from rapport.core.records import rows

_CACHE_KILOBYTES = 768 * 1024  # SQLite: indexes grow at random places, which must not mean reading from the disk


@contextmanager
def unchecked() -> Iterator[None]:
    """Leaves foreign keys unchecked meanwhile, and tells PostgreSQL's planner afterwards what it has now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size")
            (before,) = cursor.fetchone()
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KILOBYTES}")
            with connection.constraint_checks_disabled():
                yield
            cursor.execute(f"PRAGMA cache_size={before}")
        else:
            yield
            cursor.execute("ANALYZE")


def insert(model: type[Model], made: Sequence[Any]) -> None:
    """Writes instances, or tuples in the order of the model's columns.

    Tuples leave out the first column where the database numbers it. Call it inside a transaction.
    """
    if not made:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser') = 'on'")
            if cursor.fetchone()[0]:
                cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign key checks, row by row
    if isinstance(made[0], tuple):
        columns = [field.attname for field in model._meta.concrete_fields]
        rows.insert(model, columns[len(columns) - len(made[0]) :], made)
    else:
        rows.insert_instances(model, made)
