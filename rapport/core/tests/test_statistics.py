"""The planner looks again when a table has grown, and only then."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.core.records import statistics
from rapport.core.records.models import Record
from rapport.people.models import Person

pytestmark = pytest.mark.django_db


def looked(added: int) -> bool:
    with CaptureQueriesContext(connection) as queries:
        answer = statistics.refresh_after(Person, added)
    assert answer == any(query["sql"] == "ANALYZE" for query in queries)
    return answer


def test_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    believed: Any = {"rows": 0}
    monkeypatch.setattr(statistics, "_believed", lambda _model: believed["rows"])
    assert not looked(0)
    assert not looked(999)
    assert looked(1_000)
    believed["rows"] = 1_000_000
    assert not looked(99_999)
    assert looked(100_000)


def test_a_table_the_planner_was_never_told_of_counts_as_empty() -> None:
    assert statistics._believed(Person) <= 0


@pytest.mark.django_db(transaction=True)
def test_what_the_planner_was_told_is_what_it_believes() -> None:
    Record.objects.bulk_create(Record(kind="person", title=str(number)) for number in range(1_200))
    assert statistics.refresh_after(Record, 1_200)
    assert 1_000 <= statistics._believed(Record) <= 1_400
    assert not statistics.refresh_after(Record, 100)


@pytest.mark.sqlite_only
def test_sqlite_is_not_held_up_in_the_middle() -> None:
    assert not statistics.refresh_between(Person, 1_000_000)
