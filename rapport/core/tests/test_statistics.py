"""The planner looks again when a table has grown, and only then."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.core.records import statistics
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
