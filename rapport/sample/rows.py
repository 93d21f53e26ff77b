"""Rows straight into tables: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import Model

_CACHE_KILOBYTES = 768 * 1024  # SQLite: indexes grow at random places, which must not mean reading from the disk


class RowWriter:
    """Inserts many rows of one model at once. Rows are tuples in the order of its columns, or instances.

    Tuples leave out the first column where the database numbers it and the model is a child.
    """

    @classmethod
    @contextmanager
    def unchecked(cls) -> Iterator["RowWriter"]:
        """A writer, with foreign keys unchecked meanwhile: the rows are known to fit together."""
        writer = cls()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size")
                (before,) = cursor.fetchone()
                cursor.execute(f"PRAGMA cache_size=-{_CACHE_KILOBYTES}")
            with connection.constraint_checks_disabled():
                yield writer
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size={before}")
        else:
            yield writer

    def reserve(self, model: type[Model], number: int) -> list[int]:
        """Ids that nobody else gets. Call it inside the transaction that uses them."""
        table = model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
                last = (cursor.fetchone() or (0,))[0]
                return list(range(last + 1, last + 1 + number))
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number]
            )
            return [row[0] for row in cursor.fetchall()]

    def insert(self, model: type[Model], rows: Sequence[Any]) -> None:
        """Writes the rows."""
        if not rows:
            return
        columns = list(model._meta.concrete_fields)
        if not isinstance(rows[0], tuple):
            get = attrgetter(*(column.attname for column in columns))
            rows = [get(row) for row in rows]
        columns = columns[len(columns) - len(rows[0]) :]
        adapters = [(place, adapter) for place, column in enumerate(columns) if (adapter := _adapter(column))]
        if connection.vendor == "sqlite":
            self._insert_sqlite(model, columns, _adapted(rows, adapters))
        else:
            self._copy(model, columns, _adapted(rows, adapters))

    def finish(self) -> None:
        """Tells PostgreSQL's planner of what it has now; it would find out by itself, but later."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _insert_sqlite(self, model: type[Model], columns: Sequence[Any], rows: Iterator[Any]) -> None:
        names = ", ".join(f'"{column.column}"' for column in columns)
        places = ", ".join(["?"] * len(columns))
        with connection.cursor() as cursor:
            # Django's cursor would rewrite and copy every row; names come from the models alone.
            raw = cursor.connection.cursor()
            raw.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})', rows)  # noqa: S608

    def _copy(self, model: type[Model], columns: Sequence[Any], rows: Iterator[Any]) -> None:
        names = ", ".join(f'"{column.column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser') = 'on'")
            if cursor.fetchone()[0]:
                cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign key checks, row by row
            with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)


def _adapted(rows: Sequence[Any], adapters: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterator[Any]:
    for row in rows:
        cells = list(row)
        for place, adapter in adapters:
            if cells[place] is not None:
                cells[place] = adapter(cells[place])
        yield cells


def _adapter(column: Any) -> Callable[[Any], Any] | None:
    """How a value of this column is handed to the database where the driver does not know it itself."""
    if isinstance(column, models.JSONField):
        return json.dumps
    if connection.vendor == "sqlite" and isinstance(column, models.DateTimeField):
        return _naive
    return None


def _naive(moment: datetime.datetime) -> str:
    """UTC without saying so, as Django writes it to SQLite."""
    return str(moment.replace(tzinfo=None))
