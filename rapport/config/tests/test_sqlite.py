"""Writers of a SQLite file take turns; readers do not wait, and no way out of a transaction keeps the turn."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.db.utils import ConnectionHandler

from rapport.config import environment
from rapport.lib.fair_lock import FairLock
from tests import writers

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rapport.sqlite3"


@pytest.fixture
def database(tmp_path: Path, file: Path, monkeypatch: Any, django_db_blocker: Any) -> Iterator[Any]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with django_db_blocker.unblock():
        made = ConnectionHandler({"default": environment.database(tmp_path)})["default"]
        made.cursor().execute("CREATE TABLE t (n integer primary key)")
        yield made
        made.close()


def free(file: Path) -> bool:
    """Whether somebody else gets the turn."""
    other = FairLock(Path(f"{file}-turn"))
    try:
        return other.acquire(0.02)
    finally:
        other.close()


def test_it_works(database: Any, file: Path) -> None:
    assert free(file)
    database._start_transaction_under_autocommit()
    assert not free(file)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    database._commit()
    assert free(file)


def test_reading_takes_no_turn(database: Any, file: Path) -> None:
    other = FairLock(Path(f"{file}-turn"))
    assert other.acquire(1)
    with database.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM t")
        assert cursor.fetchone() == (0,)
    other.close()


def test_a_statement_by_itself_takes_the_turn_until_it_has_ended(database: Any, file: Path) -> None:
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
        assert free(file)
        cursor.execute("INSERT INTO t VALUES (2) RETURNING n")
        assert not free(file)
        assert cursor.fetchone() == (2,)
        assert free(file)
        cursor.executemany("INSERT INTO t VALUES (%s)", [(3,), (4,)])
        assert free(file)
        cursor.execute("DELETE FROM t WHERE n = 3 RETURNING n")
    assert free(file)


def test_a_refused_statement_gives_the_turn_back(database: Any, file: Path) -> None:
    with database.cursor() as cursor:
        for sql in ("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO nothing VALUES (1)"):
            with contextlib.suppress(DatabaseError):
                cursor.execute(sql)
            assert free(file)


def test_no_way_out_of_a_transaction_keeps_the_turn(database: Any, file: Path) -> None:
    database._start_transaction_under_autocommit()
    database._rollback()
    assert free(file)
    database._start_transaction_under_autocommit()
    database.close()
    assert free(file)


def test_a_writer_whose_turn_does_not_come_is_told(database: Any, file: Path) -> None:
    other = FairLock(Path(f"{file}-turn"))
    assert other.acquire(1)
    database.patience = 0.05
    with pytest.raises(OperationalError, match="locked"), database.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    other.close()
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")


def test_a_strangers_lock_is_waited_for(database: Any, file: Path) -> None:
    stranger = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    stranger.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, lambda: stranger.execute("COMMIT")).start()
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    stranger.close()
    assert free(file)


@pytest.mark.django_db
def test_a_database_in_memory_has_no_turns() -> None:
    with transaction.atomic():
        assert getattr(transaction.get_connection(), "turn", None) is None


@pytest.mark.slow
@pytest.mark.parametrize("scenario", list(writers.SCENARIOS))
def test_sixteen_writers_are_all_served(scenario: str, tmp_path: Path) -> None:
    found = writers.crowd(tmp_path, 4.0, **writers.SCENARIOS[scenario])
    # How many a second is for a quiet machine; here it counts that nobody is refused and nothing is lost.
    assert [text for text in found["broken"] if "second" not in text] == [], found
