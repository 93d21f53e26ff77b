"""Many rows at once, below the ORM: what arrives is what the ORM would have written."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from rapport.core.events.models import Act, Event
from rapport.core.records import rows
from rapport.core.records.models import Record
from rapport.core.records.rows import as_json
from rapport.people.models import Person

COLUMNS = ("kind", "title")


def written(titles: Sequence[str]) -> list[Record]:
    """Records with these titles, written at once."""
    with transaction.atomic():
        ids = rows.reserve(Record, len(titles))
        made = []
        for pk, title in zip(ids, titles, strict=True):
            record = rows.blank(Record)()
            record.id, record.kind, record.title = pk, "person", title
            made.append(record)
        rows.insert_instances(Record, made)
    return made


def told(instance: Any) -> dict[str, Any]:
    """What an instance holds, without what Django knows about it."""
    return {name: value for name, value in vars(instance).items() if name != "_state"}


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 19, 20, 300])  # PostgreSQL copies from 20 rows
def test_it_works(number: int) -> None:
    made = written([f"Ä ' \" \\ \t % {count}" for count in range(number)])
    found = list(Record.objects.filter(pk__in=[record.pk for record in made]).order_by("pk"))
    assert [told(record) for record in found] == [told(record) for record in made]


@pytest.mark.django_db
def test_no_rows_are_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert list(rows.reserve(Record, 0)) == []
        rows.insert(Record, COLUMNS, [])
        assert rows.update(Record, ["title"], [], where=["id"]) == 0


@pytest.mark.django_db
def test_reserved_ids_are_not_given_twice() -> None:
    first = written(["A", "B"])
    by_orm = Record.objects.create(kind="person", title="C")
    second = written(["D"])
    ids = [record.pk for record in (*first, by_orm, *second)]
    assert ids == sorted(set(ids))


@pytest.mark.django_db
def test_an_update_tells_how_many_rows_it_found() -> None:
    one, two = written(["A", "B"])
    changed = rows.update(Record, ["title"], [("A2", one.pk), ("B2", two.pk), ("C2", 2**40)], where=["id"])
    assert changed == 2
    assert set(Record.objects.values_list("title", flat=True)) >= {"A2", "B2"}


@pytest.mark.django_db(transaction=True)
def test_a_row_the_database_refuses_leaves_nothing_behind() -> None:
    before = Record.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        one, _two = written(["A", "B"])
        rows.insert(Record, ("id", *COLUMNS), [(one.pk, "person", "again")])
    assert Record.objects.count() == before
    assert connection.is_usable()


def test_new_instances_share_nothing() -> None:
    one, two = rows.blank(Event)(), rows.blank(Event)()
    shared = {name for name, value in vars(one).items() if isinstance(value, dict | list) and value is vars(two)[name]}
    assert not shared
    assert one._state is not two._state


def test_new_instances_are_as_the_model_makes_them() -> None:
    for model in (Record, Person, Act):
        made, usual = rows.blank(model)(), model()
        assert told(made) == told(usual)
        assert made._state.adding


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, None, "ä"]}, '{"a":[1,null,"ä"]}'),
        ({"amount": 2**70}, '{"amount":1180591620717411303424}'),
        ({"half": "\ud83d"}, '{"half":"\ud83d"}'),
        ({"price": Decimal("1.10")}, '{"price":"1.10"}'),
        ({"day": datetime.date(2026, 2, 28)}, '{"day":"2026-02-28"}'),
    ],
)
def test_what_the_quick_encoder_does_not_know_is_written_all_the_same(value: Any, text: str) -> None:
    assert as_json(value) == text


@pytest.mark.django_db
def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    (record,) = written(["A"])
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    rows.update(Record, ["trashed_at"], [(datetime.datetime(2026, 3, 1, 8, tzinfo=tokyo), record.pk)], where=["id"])
    assert Record.objects.get(pk=record.pk).trashed_at == datetime.datetime(2026, 2, 28, 23, tzinfo=datetime.UTC)
