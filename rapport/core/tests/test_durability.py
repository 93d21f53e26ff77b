"""Long work waits for the disk at its end; everything else waits at every commit, also after a failure."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from rapport.core.records.durability import resumable


def waits() -> bool:
    """Whether a commit waits for the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return bool(cursor.fetchone()[0] == 2)  # FULL
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


@pytest.fixture(autouse=True)
def usually_waiting(transactional_db: None) -> Iterator[None]:
    """The PostgreSQL of the tests does not wait for its disk at all; here it shall."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")


def test_it_works() -> None:
    assert waits()
    with resumable():
        assert not waits()
    assert waits()


def test_what_fails_leaves_the_connection_waiting_again() -> None:
    with pytest.raises(ZeroDivisionError), resumable():
        raise ZeroDivisionError
    assert waits()


def test_inside_a_transaction_nothing_changes() -> None:
    with transaction.atomic(), resumable():
        assert waits()
