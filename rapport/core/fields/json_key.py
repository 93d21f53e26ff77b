"""Reading one key of the ``custom`` column in the one form that an index can serve.

Django's own ``custom__key=…`` never uses an index: it compiles to a CASE on SQLite and to ``->`` on PostgreSQL.
The key is a checked identifier and stands literally in the SQL, so that the expression equals the index's.
"""

import re
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable, Expression, F
from django.db.models.lookups import IsNull, Lookup
from django.db.models.sql.compiler import SQLCompiler

KEY = re.compile(r"c_[a-z0-9_]{1,40}\Z")
_CASTS = {"text": "", "integer": "::bigint", "decimal": "::double precision", "boolean": "::boolean"}
_OUTPUT: dict[str, "models.Field[Any, Any]"] = {
    "text": models.TextField(),
    "integer": models.BigIntegerField(),
    "decimal": models.FloatField(),
    "boolean": models.BooleanField(),
}


def literal(column: str, key: str, kind: str, vendor: str) -> str:
    """SQL for ``key`` inside the JSON ``column``. ``kind`` is text, integer, decimal or boolean."""
    if not KEY.match(key):
        raise ValueError(f"“{key}” is not the key of a custom field.")
    if vendor == "sqlite":
        return f"JSON_EXTRACT({column}, '$.{key}')"
    return f"(({column} ->> '{key}'){_CASTS[kind]})"


class JsonKey(Expression):
    """The value of a custom field, for filter, sort and select."""

    # Else Django writes ``WHERE key`` for “key = true”, which no index of SQLite serves.
    conditional = False

    def __init__(self, key: str, kind: str = "text", column: str = "custom") -> None:
        if not KEY.match(key):
            raise ValueError(f"“{key}” is not the key of a custom field.")
        super().__init__(output_field=_OUTPUT[kind])
        self.key, self.kind = key, kind
        self.column: Any = F(column)

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        column, params = compiler.compile(self.column)
        return literal(column, self.key, self.kind, connection.vendor), list(params)


class _IsThere(Lookup):
    """Whether a custom field has a value, as a range of its index: SQLite walks over all that have none, else."""

    def __init__(self, key: JsonKey) -> None:
        super().__init__(key, None)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        sql, values = compiler.compile(self.lhs)
        # Every number and every text of SQLite is at least this.
        return f"{sql} {'>= -9e999' if connection.vendor == 'sqlite' else 'IS NOT NULL'}", list(values)


def there(value: Combinable, *, is_there: bool) -> "Lookup[Any]":
    """Whether there is a value, or none, in the form that walks least of an index."""
    return _IsThere(value) if is_there and isinstance(value, JsonKey) else IsNull(value, not is_there)
