"""Long work waits for the disk at its end; everything else waits at every commit, also after a failure."""

import pytest
from django.db import connection, transaction

from rapport.core.records.durability import resumable

pytestmark = pytest.mark.sqlite_only

_NORMAL, _FULL = 1, 2


def waits() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_it_works() -> None:
    assert waits() == _FULL
    with resumable():
        assert waits() == _NORMAL
    assert waits() == _FULL


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_the_connection_waiting_again() -> None:
    with pytest.raises(ZeroDivisionError), resumable():
        raise ZeroDivisionError
    assert waits() == _FULL


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_changes() -> None:
    with transaction.atomic(), resumable():
        assert waits() == _FULL
