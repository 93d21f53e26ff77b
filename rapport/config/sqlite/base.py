"""SQLite whose writers queue: in the order in which they came, across threads and processes of one workspace.

SQLite itself lets waiting writers sleep and try again, and whoever comes at the right moment overtakes: single waits
of many seconds were seen. Here a connection takes its turn before ``BEGIN IMMEDIATE`` (or a writing statement outside
of a transaction) and gives it back once that has ended. Reading takes no turn. Programs that know nothing of this
(a backup, the ``sqlite3`` shell) are waited for by SQLite, as ever.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import OperationalError as Locked
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations

from rapport.lib.computing import teach
from rapport.lib.fair_lock import FairLock

SUFFIX = "-turn"  # the file beside the database whose bytes are locked
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM", "REINDEX", "ANALYZE")


class Operations(DatabaseOperations):
    """Moments are kept in UTC and read by the million; Django's own way to say so takes three times as long."""

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The moment, aware of its time zone."""
        if type(value) is datetime and value.tzinfo is None and connection.timezone is UTC:
            return value.replace(tzinfo=UTC)
        return super().convert_datetimefield_value(value, expression, connection)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection, of one thread, and its place in the queue of writers."""

    ops_class = Operations
    turn: FairLock | None = None  # None: a database in memory has no other writers
    has_turn = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Opens the file."""
        name = str(conn_params["database"])
        in_memory = self.is_in_memory_db() or name.startswith("file:")
        self.turn = None if in_memory else FairLock(Path(name + SUFFIX))
        self.patience = float(conn_params.get("timeout", 5.0))
        connection = super().get_new_connection(conn_params)
        teach(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that takes the turn for a statement that writes by itself."""
        if self.turn is None:
            return super().create_cursor(name)
        return self.connection.cursor(factory=partial(Cursor, wrapper=self))

    def take_turn(self) -> None:
        """Waits until no other writer of this workspace is before us. OperationalError after the time-out."""
        if self.turn is None or self.has_turn:
            return
        if not self.turn.acquire(self.patience):
            raise OperationalError("database is locked") from Locked("database is locked")
        self.has_turn = True

    def give_turn(self) -> None:
        """Lets the next writer in, unless a transaction is open."""
        if self.turn is None or not self.has_turn or (self.connection is not None and self.connection.in_transaction):
            return
        self.has_turn = False
        self.turn.release()

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        finally:
            self.give_turn()  # only if no transaction came of it

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self.give_turn()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self.give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self.has_turn = False
            if self.turn is not None:
                self.turn.close()


class Cursor(base.SQLiteCursorWrapper):
    """Outside of a transaction a writing statement is one of its own; it ends when its last row has been fetched."""

    def __init__(self, connection: Any, wrapper: DatabaseWrapper) -> None:
        super().__init__(connection)
        self.wrapper = wrapper
        self.is_writing = False

    def execute(self, query: str, params: Any = None) -> Any:
        """Runs a statement; one that writes waits for its turn."""
        if self.connection.in_transaction or not query.lstrip()[:8].upper().startswith(_WRITES):
            return super().execute(query, params)
        with self._turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Runs a statement for each of the parameters."""
        with self._turn():
            return super().executemany(query, param_list)

    def fetchone(self) -> Any:
        """The next row."""
        return self._ended(super().fetchone())

    def fetchmany(self, size: int | None = None) -> Any:
        """Some rows."""
        return self._ended(super().fetchmany(self.arraysize if size is None else size))

    def fetchall(self) -> Any:
        """All rows."""
        return self._ended(super().fetchall())

    def close(self) -> None:
        """Ends the statement."""
        super().close()
        self._ended(None)

    def _turn(self) -> "_Turn":
        return _Turn(self)

    def _ended(self, rows: Sequence[Any] | None) -> Any:
        if self.is_writing:
            self.is_writing = False
            self.wrapper.give_turn()
        return rows


class _Turn:
    """Around one statement: takes the turn, and gives it back unless rows are still to be fetched."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def __enter__(self) -> None:
        self.cursor.wrapper.take_turn()

    def __exit__(self, error: Any, *_rest: object) -> None:
        if error is None and self.cursor.description is not None:
            self.cursor.is_writing = True
        else:
            self.cursor.wrapper.give_turn()
