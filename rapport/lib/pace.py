"""How much work goes into one transaction, so that no other writer waits long for it."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from rapport.lib.calm import calm

HOLD_SECONDS = 0.15  # what a chunk aims at; on a busy machine it may take twice that and is still short
LEAST, MOST = 100, 2_000  # rows in one transaction: fewer, and its dozen statements cost more than its rows


class Pace:
    """Measures chunks (``with pace: …``, inside the transaction) and says how many rows the next one takes: ``size``.

    Python does not search for cycles meanwhile. Grows to at most double from chunk to chunk, shrinks at once.
    """

    def __init__(self, size: int = 200, *, most: int = MOST, seconds: float = HOLD_SECONDS) -> None:
        self.size, self.most, self.seconds = min(size, most), most, seconds
        self.rows: int | None = None
        self._began = 0.0
        self._calm = ExitStack()

    @property
    def is_up(self) -> bool:
        """True when the chunk at hand has used its time."""
        return time.monotonic() - self._began > self.seconds

    def __enter__(self) -> Self:
        self._began, self.rows = time.monotonic(), None
        self._calm.enter_context(calm())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._calm.close()
        rows = self.size if self.rows is None else self.rows  # ``rows`` is set where it took fewer than it might
        if kind is None and rows:
            fits = int(rows * self.seconds / max(time.monotonic() - self._began, 0.0001))
            self.size = min(self.most, max(LEAST, min(fits, self.size * 2)))
