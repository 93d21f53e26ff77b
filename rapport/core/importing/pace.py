"""How many rows make one transaction: as many as are written before somebody else who wants to write would notice."""

import time

from django.db import connection

FIRST, FEWEST, MOST = 200, 10, 4000  # rows
WANTED_SECONDS = 0.18  # that a transaction shall take; it is never to reach 0.3
REST_SECONDS = 0.002  # between two of them: whoever waits for the turn to write gets it then
_FASTEST_GROWTH = 1.5


class Pace:
    """The size of the next chunk, from how long the last one took."""

    def __init__(self) -> None:
        self.rows = FIRST
        self.began = 0.0

    def begin(self) -> None:
        """Marks that a chunk has the turn to write: waiting for it does not count."""
        self.began = time.monotonic()

    def end(self, rows: int) -> None:
        """Marks that a chunk is written, and lets others write."""
        self.took(rows, time.monotonic() - self.began)
        if connection.vendor == "sqlite":
            time.sleep(REST_SECONDS)

    def took(self, rows: int, seconds: float) -> None:
        """Learns from a chunk: shrinks at once and grows slowly, as new records cost more than those that are there."""
        fitting = rows * WANTED_SECONDS / max(seconds, 0.001)
        self.rows = int(min(max(min(fitting, self.rows * _FASTEST_GROWTH), FEWEST), MOST))
