"""The lookup ``among``: one of many values, handed to the database as one.

Django's ``in`` prepares each value by itself and writes a statement of its own for each number of them, which took
longer than the answer where thousands are asked for at once.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Field, ForeignObject, Lookup, Q, QuerySet

from rapport.core.records.rows import as_json

_MANY = 50  # from here on; below, ``in`` is as quick, and the planner sees how few they are


@Field.register_lookup
@ForeignObject.register_lookup  # which does not inherit it
class Among(Lookup):
    """``filter(pk__among=ids)``: whole numbers or texts as the column has them, without None."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``column = ANY(array)``."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*params, list(self.rhs))

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``column IN`` a table made of JSON."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, as_json(list(self.rhs)))  # noqa: S608


def among(name: str, values: Collection[Any] | QuerySet[Any]) -> Q:
    """The condition that the column is one of these values; they may be a question of their own."""
    if isinstance(values, QuerySet) or not hasattr(values, "__len__") or len(values) < _MANY:
        return Q(**{f"{name}__in": values})
    return Q(**{f"{name}__among": values})
