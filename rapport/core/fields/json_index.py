"""Indexes for custom fields: an expression index on one key of ``custom``, in exactly the form that queries use.

Made at run time when an administrator switches a field to “indexed”, never by a migration.
"""

import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection

from rapport.core.fields.base import Field
from rapport.core.fields.json_key import JsonKey, literal
from rapport.core.records.models import part_of

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_NAME = 63  # characters of a name in PostgreSQL


def index_names(spec: "ObjectSpec", field: Field) -> dict[str, JsonKey]:
    """The indexes a custom field has, by name: one for each key that it keeps in ``custom``."""
    keys = [source for source in field.select() if isinstance(source, JsonKey)]
    if not field.custom or not keys:
        raise ValueError(f"“{field.key}” is no custom field that can have an index.")
    return {_name(_table(spec), key.key): key for key in keys}


def create_index(spec: "ObjectSpec", field: Field) -> None:
    """Makes the field's index and lets the planner know. Nothing happens if it is there already.

    On PostgreSQL the table stays open to writers meanwhile, unless this runs inside a transaction.
    """
    table = connection.ops.quote_name(spec.model._meta.db_table)
    column = connection.ops.quote_name("custom")
    postgres = connection.vendor == "postgresql"
    slowly = "CONCURRENTLY " if postgres and not connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        for name, key in index_names(spec, field).items():
            quoted = connection.ops.quote_name(name)
            if postgres and slowly and _is_broken(name):
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
            # The same order as the lists: live records, by value, then by id.
            expression = literal(column, key.key, key.kind, connection.vendor)
            parts = f"{connection.ops.quote_name('live')}, {expression}, {connection.ops.quote_name('record_id')}"
            only = part_of(spec.model, also=" WHERE ")
            cursor.execute(f"CREATE INDEX {slowly}IF NOT EXISTS {quoted} ON {table} ({parts}){only}")
        if not postgres:
            cursor.execute("PRAGMA analysis_limit = 400")
        cursor.execute(f"ANALYZE {table}")


def create_unique(spec: "ObjectSpec", field: Field) -> None:
    """Lets the database refuse a second live record with the same value. IntegrityError where there are two already.

    Nothing happens if it does so already. On PostgreSQL the table stays open to writers, as above.
    """
    table = connection.ops.quote_name(spec.model._meta.db_table)
    slowly = "CONCURRENTLY " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
    name, key = _unique_name(spec, field)
    quoted = connection.ops.quote_name(name)
    expression = literal(connection.ops.quote_name("custom"), key.key, key.kind, connection.vendor)
    with connection.cursor() as cursor:
        if slowly and _is_broken(name):
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
        try:
            only = "live" + part_of(spec.model, also=" AND ")
            cursor.execute(f"CREATE UNIQUE INDEX {slowly}IF NOT EXISTS {quoted} ON {table} ({expression}) WHERE {only}")
        except IntegrityError:
            if slowly:
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
            raise


def drop_unique(spec: "ObjectSpec", field: Field) -> None:
    """Lets several records have the same value again."""
    slowly = "CONCURRENTLY " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(_unique_name(spec, field)[0])
        cursor.execute(f"DROP INDEX {slowly}IF EXISTS {name}")


def drop_index(spec: "ObjectSpec", field: Field) -> None:
    """Takes the field's index away. Nothing happens if there is none."""
    slowly = "CONCURRENTLY " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        for name in index_names(spec, field):
            cursor.execute(f"DROP INDEX {slowly}IF EXISTS {connection.ops.quote_name(name)}")


def has_index(spec: "ObjectSpec", field: Field) -> bool:
    """True if the field's index is there and whole."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.get_constraints(cursor, spec.model._meta.db_table))
    names = set(index_names(spec, field))
    return names <= there and not any(_is_broken(name) for name in names)


def _is_broken(name: str) -> bool:
    """True for what a concurrent build left behind on PostgreSQL when it was cut off."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s AND NOT indisvalid",
            [name],
        )
        return cursor.fetchone() is not None


def _unique_name(spec: "ObjectSpec", field: Field) -> tuple[str, JsonKey]:
    (key,) = index_names(spec, field).values()
    return _name(_table(spec), key.key, "once"), key


def _table(spec: "ObjectSpec") -> str:
    """What the names of its indexes begin with: kinds that share a table have their own."""
    return "_".join(filter(None, (spec.model._meta.db_table, spec.model.part)))


def _name(table: str, key: str, what: str = "key") -> str:
    whole = f"{table}_{key}_{what}"
    if len(whole) <= MOST_NAME:
        return whole
    return f"{whole[: MOST_NAME - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
