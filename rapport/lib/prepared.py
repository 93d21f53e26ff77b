"""Questions that every page asks: Django writes their SQL once for each process, later only the values are put in.

Writing the SQL of a query takes Django three to ten times as long as the database takes to answer a small one.

``NEWEST = Prepared(lambda: User.objects.filter(pk=hole("user")))``, later ``NEWEST(user=4711)``.
"""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


@dataclass(frozen=True)
class _Hole:
    name: str


class _Answered:
    """What Django's iterables ask of a queryset and of its query."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any, rows: "QuerySet[Any]") -> None:
        self.compiler, self.model, self.db, self._fields = compiler, rows.model, rows.db, rows._fields  # type: ignore[attr-defined]
        self.query = self

    def get_compiler(self, *_args: Any, **_options: Any) -> Any:
        """The compiler whose SQL is written already."""
        return self.compiler


class Prepared:
    """A queryset with holes for values. Calling it asks the database and gives what iterating the queryset would."""

    def __init__(self, make: Callable[[], "QuerySet[Any]"]) -> None:
        self.make = make
        self.made: tuple[Any, Any, str, tuple[Any, ...]] | None = None
        self.converters: dict[int, Any] | None = None

    def __call__(self, **values: Any) -> list[Any]:
        is_known = self.made is not None
        asked = self.filled(**values)
        if self.made is None or not asked[0]:
            return []
        rows, compiler, _sql, _parameters = self.made
        compiler = copy(compiler)  # with the connection of this thread
        compiler.connection = connections[rows.db]
        compiler.as_sql = lambda *_args, **_options: asked
        compiler.get_converters = partial(self._converters, compiler.get_converters)
        with _plans_kept(compiler.connection) if is_known else nullcontext():
            return list(rows._iterable_class(_Answered(compiler, rows)))

    def _converters(self, find: Callable[[Any], dict[int, Any]], columns: Any) -> dict[int, Any]:
        """What turns the columns into values: the same each time, and Django asks each column and its field anew."""
        if self.converters is None:
            self.converters = find(columns)
        return self.converters

    def filled(self, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """The SQL, empty where Django knows that there is no answer, and its parameters."""
        if self.made is None:
            self.made = self._made()
        _rows, _compiler, sql, parameters = self.made
        return sql, tuple(values[one.name] if isinstance(one, _Hole) else one for one in parameters)

    def _made(self) -> tuple[Any, Any, str, tuple[Any, ...]]:
        rows = self.make()
        compiler = rows.query.get_compiler(rows.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:  # Django knows that there is no answer
            return rows, compiler, "", ()
        return rows, compiler, sql, tuple(parameters)


def _plans_kept(database: Any) -> AbstractContextManager[None]:
    """PostgreSQL keeps the plan of a question beside Django's SQL (``rapport.config.postgres``)."""
    keeping = getattr(database, "keeping_plans", None)
    return keeping() if keeping else nullcontext()


def hole(name: str) -> RawSQL:
    """A value that is given later, as the database takes it: a number, a text, a truth, a :func:`moment`."""
    return RawSQL("%s", [filled(name)])


def filled(name: str) -> Any:
    """The same, to stand among the parameters of SQL."""
    return _Hole(name)


def moment(at: datetime.datetime) -> Any:
    """A point in time, with its zone, as the database at hand takes it for a hole."""
    return connection.ops.adapt_datetimefield_value(at)
