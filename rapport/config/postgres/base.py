"""PostgreSQL that keeps the plans of small questions.

For a question about a few records PostgreSQL takes longer to read its SQL and to plan it than to answer it. Django
writes the values into the SQL, so that each question is a new one. What asks for :meth:`DatabaseWrapper.keeping_plans`
sends SQL and values apart; the server then reads and plans it once for each connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base

_PLANNED_FROM = 2  # a question that is asked for the third time has its plan kept
_MOST_PLANS = 300  # for each connection; those not asked for the longest time go first


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection, of one thread, and whether the next cursor keeps the plan of what it asks."""

    _keeps_plans = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connects."""
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold = _PLANNED_FROM
        connection.prepared_max = _MOST_PLANS
        return connection

    @contextmanager
    def keeping_plans(self) -> Iterator[None]:
        """Cursors made inside send SQL and values apart."""
        self._keeps_plans = True
        try:
            yield
        finally:
            self._keeps_plans = False

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor, which writes the values into the SQL unless plans are to be kept."""
        if name or not self._keeps_plans:
            return super().create_cursor(name)
        usual = self.connection.cursor_factory
        self.connection.cursor_factory = base.ServerBindingCursor
        try:
            return super().create_cursor()
        finally:
            self.connection.cursor_factory = usual
