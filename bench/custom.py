"""Thirty fields made at run time, six of them with an index, and their values on every person of a workspace."""

import itertools
import json
import random
import string
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

FIELDS = 30
_INDEXED = (
    ("Tier", "choice"), ("Batch", "text"), ("Score", "integer"), ("Limit", "decimal"), ("Renewal", "date"),
    ("Reception", "email"),
)  # fmt: skip
# The types of the others, by turns: Plain 1 is a text, Plain 2 a choice …
_PLAIN = ("text", "choice", "choices", "integer", "decimal", "date", "yes_no", "long_text")
_OPTIONS = ("Gold", "Silver", "Bronze", "Iron")
_DIFFERENT = 5000  # values of one field
_FILLED = 0.6
_CHUNK = 10_000
RARE = "zanzibar"  # as text, on every hundred-thousandth person


def give(say: Callable[[str], None]) -> None:
    """Make the fields by the product's verbs and write values. Nothing happens where they are there."""
    from rapport.accounts.actor import Actor
    from rapport.core.definitions.fields import FieldData, create_field, own_fields
    from rapport.core.objects import registry

    system, person = Actor.system(via="command"), registry.get("person")
    if len(own_fields(person)) >= FIELDS:
        return
    say(f"Making {FIELDS} fields and their values …")
    plain = [(f"Plain {n + 1}", kind) for n, kind in zip(range(FIELDS - len(_INDEXED)), itertools.cycle(_PLAIN))]
    options = [{"label": label} for label in _OPTIONS]
    rows = [
        create_field(system, person, FieldData(label, kind, options=options if kind.startswith("choice") else ()))
        for label, kind in (*_INDEXED, *plain)
    ]
    fields = [person.by_key[row.key] for row in rows]
    _fill(fields)
    say("Making the indexes …")
    for row, field in zip(rows[: len(_INDEXED)], fields, strict=False):
        _index(row, field)


def _index(row: Any, field: Any) -> None:
    """As the job does it that follows the switch."""
    from django.db import transaction

    from rapport.core.definitions import loading
    from rapport.core.fields.json_index import create_index
    from rapport.core.objects import registry

    create_index(registry.get("person"), field)
    with transaction.atomic():
        row.is_indexed, row.index_state = True, "ready"
        row.save()
        loading.renew()


def _fill(fields: list[Any]) -> None:
    from django.db import connection

    from rapport.people.models import Person

    chance = random.Random(20)
    pieces = [[_piece(field, chance) for _n in range(_DIFFERENT)] for field in fields]
    ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _CHUNK):
            _write(cursor, {pk: _values(pk, pieces, chance) for pk in ids[start : start + _CHUNK]})
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _values(pk: int, pieces: list[list[dict[str, Any]]], chance: random.Random) -> dict[str, Any]:
    custom: dict[str, Any] = {}
    for some in pieces:
        if chance.random() < _FILLED:
            custom |= chance.choice(some)
    return custom | {"c_plain_1": RARE} if pk % 100_000 == 7 else custom


def _write(cursor: Any, values: dict[int, dict[str, Any]]) -> None:
    """One statement for thousands of people: a model for each takes many times as long."""
    table, told = "people_person", json.dumps([[pk, custom] for pk, custom in values.items()])
    if cursor.db.vendor == "postgresql":
        cursor.execute("SET synchronous_commit = off")
        rows = "SELECT (r->>0)::bigint AS id, r->1 AS custom FROM jsonb_array_elements(%s::jsonb) r"
    else:
        rows = "SELECT r.value->>'$[0]' AS id, r.value->'$[1]' AS custom FROM json_each(%s) r"
    cursor.execute(f"UPDATE {table} SET custom = v.custom FROM ({rows}) v WHERE {table}.record_id = v.id", [told])


def _piece(field: Any, chance: random.Random) -> dict[str, Any]:
    """A value as the field keeps it in ``custom``."""
    from rapport.people.models import Person

    word = "".join(chance.choices(string.ascii_lowercase, k=8))
    values: dict[str, Any] = {
        "choice": chance.choice(_OPTIONS).lower(),
        "choices": tuple(option.lower() for option in chance.sample(_OPTIONS, 2)),
        "integer": chance.randrange(100_000),
        "decimal": Decimal(chance.randrange(100_000)) / 100,
        "date": date(2015, 1, 1) + timedelta(chance.randrange(20 * 365)),
        "yes_no": chance.random() < 0.5,
        "email": f"{word}@bench-mark.example",
    }
    person = Person(custom={})
    field.set(person, values.get(field.type, word))
    made: dict[str, Any] = person.custom
    return made
