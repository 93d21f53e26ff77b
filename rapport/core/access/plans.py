"""What is known of a question for a minute, so that a way that led nowhere is not tried again at once."""

import time
from collections.abc import Hashable

KEPT_SECONDS = 60.0
_MOST = 1_000


class Many:
    """Questions that many records answer. A plan, not a right: who forgets one or believes it too long is slower."""

    def __init__(self) -> None:
        self._until: dict[Hashable, float] = {}

    def __contains__(self, question: Hashable) -> bool:
        return self._until.get(question, 0.0) > time.monotonic()

    def add(self, question: Hashable) -> None:
        """Known from now on, for a minute."""
        if len(self._until) >= _MOST:
            self._until.clear()
        self._until[question] = time.monotonic() + KEPT_SECONDS
