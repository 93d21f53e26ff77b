"""Many rows into tables at once, below the ORM, which would take several times as long as the database itself.

Rows are tuples in the order of the named columns. What calls this knows that the values fit: nothing is checked here
beyond what the database checks. Everything happens in the caller's transaction.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Model
from django.db.models.base import ModelState

# PostgreSQL: fewer rows travel faster in one statement than by COPY, which takes two round trips.
_COPY_FROM = 20
_ENCODER = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"))


def reserve(model: type[Model], number: int) -> Sequence[int]:
    """Ids that nobody else gets, rising. Call it inside the transaction that uses them."""
    if number == 0:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The writer is alone until the transaction ends, and the counter moves on with the rows.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + number)
        its = "(SELECT pg_get_serial_sequence(%s, 'id')::regclass)"  # asked once, whatever the number of ids
        cursor.execute(f"SELECT nextval({its}) FROM generate_series(1, %s)", [table, number])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows; ``columns`` are the attributes of the model that they hold, in their order."""
    made = list(_adapted(rows, _adapters(model, tuple(columns), connection.vendor)))
    if not made:
        return
    table, names = _quoted(model._meta.db_table), _names(model, columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {places}", made)  # noqa: S608 - names of models
        elif len(made) < _COPY_FROM:
            statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([places] * len(made))}"  # noqa: S608
            cursor.execute(statement, [value for row in made for value in row])
        else:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)


def insert_instances(model: type[Model], instances: Sequence[Any]) -> None:
    """Writes whole instances, whose keys are set already."""
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    # Past the descriptors of Django's fields: nothing of a new instance is deferred.
    get, alias = itemgetter(*columns), connection.alias
    insert(model, columns, [get(vars(instance)) for instance in instances])
    for instance in instances:
        instance._state.adding = False
        instance._state.db = alias


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, where: Sequence[str]) -> int:
    """Changes one row for each of ``rows``: values of ``columns``, then of ``where``, which finds it.

    Returns how many were changed.
    """
    if not rows:
        return 0
    names = (*columns, *where)
    made = list(_adapted(rows, _adapters(model, names, connection.vendor)))
    sets = ", ".join(f"{_names(model, [name])} = %s" for name in columns)
    finds = " AND ".join(f"{_names(model, [name])} = %s" for name in where)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {finds}", made)  # noqa: S608
        return int(cursor.rowcount)


@lru_cache(maxsize=200)
def blank(model: type[Model]) -> Callable[[], Any]:
    """Makes new instances with their defaults, many times as fast as calling the model."""
    defaults = {name: value for name, value in model().__dict__.items() if name != "_state"}
    fresh = [name for name, value in defaults.items() if isinstance(value, dict | list)]

    def make() -> Any:
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = True, None
        made.__dict__.update(defaults, _state=state)
        for name in fresh:
            made.__dict__[name] = defaults[name].copy()
        return made

    return make


def as_json(value: Any) -> str:
    """A value as JSON text, compact."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # integers beyond 64 bits, halves of characters
        return _ENCODER.encode(value)


def _names(model: type[Model], columns: Iterable[str]) -> str:
    by_name = _by_attribute(model)
    return ", ".join(_quoted(by_name[name].column) for name in columns)


@lru_cache(maxsize=200)
def _by_attribute(model: type[Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _quoted(name: str) -> str:
    return f'"{name}"'


@lru_cache(maxsize=500)
def _adapters(
    model: type[Model], columns: tuple[str, ...], vendor: str
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """The columns, by place, whose values the driver does not take as they are."""
    fields = [_by_attribute(model)[name] for name in columns]
    return tuple((place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field, vendor)))


def _adapter(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return as_json
    if vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return _naive
    if vendor == "sqlite" and isinstance(field, models.DateField | models.DecimalField):
        return str
    return None


def _adapted(
    rows: Iterable[Sequence[Any]], adapters: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterator[Sequence[Any]]:
    if not adapters:
        yield from rows
        return
    for row in rows:
        cells = list(row)
        for place, adapt in adapters:
            if cells[place] is not None:
                cells[place] = adapt(cells[place])
        yield cells


@lru_cache(maxsize=64)
def _naive(moment: datetime.datetime) -> str:
    """UTC without saying so, as Django writes it to SQLite."""
    if moment.utcoffset():
        moment = moment.astimezone(datetime.UTC)
    return str(moment.replace(tzinfo=None))
