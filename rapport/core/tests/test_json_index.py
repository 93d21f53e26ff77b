"""Custom fields are read with an index, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models.expressions import OrderBy
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Term
from rapport.core.access.pages import ListQuery, list_page, rows_matching
from rapport.core.fields import Field
from rapport.core.fields.json_index import create_index, drop_index, has_index, index_names
from rapport.core.fields.json_key import JsonKey, there
from rapport.core.records.models import Record, living
from rapport.lib import clock
from rapport.people.models import Company
from tests import house
from tests.fields import CUSTOM, SAMPLES, with_custom

ROWS = 1500
SPEC = with_custom(house.company())
# What is asked of each type: an operator that an index can serve.
ASKED = {
    "c_text": ("is", "n7"), "c_integer": ("is", "7"), "c_decimal": ("above", "1499.4"), "c_money": ("is", "7 EUR"),
    "c_date": ("on", "2007-01-08"), "c_moment": ("on", "2007-01-08"), "c_yes": ("is", "yes"), "c_choice": ("any", "c"),
    "c_user": ("any", "7"), "c_phone": ("is", "0307"), "c_url": ("is", "https://n7.example"),
}  # fmt: skip


@pytest.fixture
def many(ada: Actor) -> Actor:
    """Many companies whose custom values hardly ever repeat."""
    now = clock.now()
    records = Record.objects.bulk_create(Record(kind="company", title=f"C{n}") for n in range(ROWS))
    Company.objects.bulk_create(
        Company(record=record, title=f"C{n}", title_key=f"c{n}", created_at=now, updated_at=now, custom=_custom(n))
        for n, record in enumerate(records)
    )
    connection.check_constraints()  # PostgreSQL makes no index while keys wait to be checked
    return ada


def _custom(n: int) -> dict[str, Any]:
    year = 2000 + n % 50
    return {
        "c_text": f"n{n}", "c_integer": n, "c_decimal": n + 0.5, "c_money": n * 100, "c_money_currency": "EUR",
        "c_date": f"{year}-01-{n % 28 + 1:02}", "c_moment": f"{year}-01-{n % 28 + 1:02}T12:00:00Z", "c_yes": n == 7,
        "c_choice": "c" if n == 7 else "a", "c_user": n, "c_phone": f"030{n}", "c_url": f"https://n{n}.example",
    }  # fmt: skip


def plan_of(sql: str) -> str:
    """How the database goes about a query."""
    with connection.cursor() as cursor:
        cursor.execute(
            ("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql.replace("%", "%%")
        )
        return "\n".join(str(row) for row in cursor.fetchall())


def first_query(ask: Callable[[], Any]) -> str:
    with CaptureQueriesContext(connection) as queries:
        ask()
    return str(queries.captured_queries[0]["sql"])


@pytest.mark.parametrize("field", [field for field in CUSTOM if field.key in ASKED], ids=lambda field: field.key)
def test_it_works(many: Actor, field: Field) -> None:
    rows = rows_matching(many, SPEC, ListQuery(condition=AllOf((Term(field.key, *ASKED[field.key]),))))
    slow = set(rows.values_list("pk", flat=True))
    assert slow, "there is something to be found"
    create_index(SPEC, field)
    assert has_index(SPEC, field)
    plan = plan_of(first_query(lambda: list(rows.values_list("pk", flat=True))))
    assert next(iter(index_names(SPEC, field))) in plan, plan
    assert set(rows.values_list("pk", flat=True)) == slow
    drop_index(SPEC, field)
    assert not has_index(SPEC, field)


@pytest.mark.parametrize("key", ["c_text", "c_integer", "c_decimal", "c_date", "c_moment"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_sorting_walks_the_index(many: Actor, key: str, sign: str) -> None:
    field = SPEC.by_key[key]
    create_index(SPEC, field)
    query = ListQuery(sort=sign + key)
    plan = plan_of(first_query(lambda: list_page(many, SPEC, query, [field])))
    assert next(iter(index_names(SPEC, field))) in plan, plan
    values = [row.values[key] for row in list_page(many, SPEC, query, [field]).rows]
    assert len(values) == 50 and values == sorted(values, reverse=bool(sign))


def test_making_and_dropping_twice_is_no_harm(ada: Actor) -> None:
    field = SPEC.by_key["c_money"]
    create_index(SPEC, field)
    create_index(SPEC, field)
    assert len(index_names(SPEC, field)) == 2, "the amount and its currency"
    drop_index(SPEC, field)
    drop_index(SPEC, field)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_writers_are_not_kept_out() -> None:
    create_index(SPEC, SPEC.by_key["c_text"])
    assert has_index(SPEC, SPEC.by_key["c_text"])
    drop_index(SPEC, SPEC.by_key["c_text"])


def test_a_field_with_a_column_has_no_such_index(db: None) -> None:
    with pytest.raises(ValueError, match="no custom field"):
        create_index(SPEC, SPEC.by_key["industry"])


@pytest.mark.parametrize("key", ["c_x' OR 1=1", "x", "c_", "c_X", "c_" + "x" * 41, 'c_"', "c_ä"])
def test_a_key_that_is_no_slug_never_reaches_the_database(key: str) -> None:
    with pytest.raises(ValueError, match="not the key"):
        JsonKey(key)


def test_samples_cover_every_custom_type() -> None:
    assert {field.type for field in CUSTOM} <= set(SAMPLES)


def test_a_walk_along_an_index_begins_at_the_first_value(many: Actor) -> None:
    (field,) = (one for one in CUSTOM if one.key == "c_text")
    create_index(SPEC, field)
    value = field.source()
    first = Company.objects.filter(living(True), there(value, is_there=True)).order_by(OrderBy(value), "pk")
    plan = plan_of(first_query(lambda: list(first.values_list("pk", flat=True)[:5])))
    assert "SORT" not in plan.upper() and "TEMP" not in plan, plan
    if connection.vendor == "sqlite":
        assert "AND <expr>>?" in plan, plan
    drop_index(SPEC, field)
