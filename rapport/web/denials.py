"""Refused requests (403) in the audit: who tried what. A few a minute, so that nobody fills the log with knocking."""

import logging
import time
from collections import defaultdict, deque

from django.db import DatabaseError
from django.http import HttpRequest

from rapport.accounts.actor import Actor
from rapport.core.audit.notes import note

MOST = 20  # for each user and minute; what is beyond is refused all the same, but not written down
_MINUTE = 60.0  # seconds
_MOST_PATH = 200  # characters
log = logging.getLogger(__name__)
_lately: dict[int | None, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))


def write_down(request: HttpRequest) -> None:
    """Notes method and path, never the query: that may hold what somebody typed."""
    actor = getattr(request, "onlooker", None) or getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return
    times, now = _lately[actor.user_id], time.monotonic()
    if len(times) == MOST and now - times[0] < _MINUTE:
        return
    times.append(now)
    try:
        note(actor, "access.denied", {"method": request.method, "path": request.path[:_MOST_PATH]})
    except DatabaseError as error:
        log.error("A refused request could not be written down: %s", type(error).__name__)
