"""Conditions written such that a planner does not begin with them, where walking along a sort is faster."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact, In


class Plain(Func):
    """The column itself, but out of the reach of SQLite's planner, so that it walks the index of the sort."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def sifted(ids: RawSQL) -> Q:
    """The condition of being among some ids, to be tested record by record along a sort: the ids become a set first."""
    if connection.vendor == "sqlite":
        return Q(In(Plain(F("pk")), ids))
    # Compared with true it is no condition to PostgreSQL's planner, which would begin with the ids, but a value.
    return Q(Exact(ExpressionWrapper(Q(pk__in=ids), output_field=BooleanField()), True))
