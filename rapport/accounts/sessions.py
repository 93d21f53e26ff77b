"""Sessions in the database, each with its user; read at every request, so with a question that is prepared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import DatabaseError

from rapport.accounts.proofs import Session
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole

SEEN_EVERY = timedelta(minutes=5)
_along: dict[str, Callable[[], Any]] = {}
_SESSION = Prepared(
    lambda: Session.objects.filter(session_key=hole("key")).annotate(**{name: make() for name, make in _along.items()})
)


def read_along(name: str, make: Callable[[], Any]) -> None:
    """Reads something else in the question for each session, as an attribute of its row: every request asks it anyway.

    To be called before the first request.
    """
    _along[name] = make


class SessionStore(db.SessionStore):
    """The session of one browser. ``row`` is what the database held when it was read."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to be written: with the user whom the session is of."""
        row: Any = super().create_model_instance(data)
        known = self.row if self.row is not None and self.row.session_key == row.session_key else None
        row.user_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.created_at = known.created_at if known else clock.now()
        row.seen_at = known.seen_at if known else clock.now()
        made: Session = row
        return made

    def _get_session_from_db(self) -> Any:
        found = next(iter(_SESSION(key=self.session_key)), None)
        if found is not None and found.expire_date > clock.now():
            self.row = found
            return found
        self._session_key = None
        return None


def seen(store: Any) -> None:
    """Writes down that the session is in use, once in some minutes. With a full disk it is not written."""
    row = getattr(store, "row", None)
    if row is None or clock.now() - row.seen_at < SEEN_EVERY:
        return
    row.seen_at = clock.now()
    try:
        Session.objects.filter(pk=row.pk).update(seen_at=row.seen_at)
    except DatabaseError:
        return
