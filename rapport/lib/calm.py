"""Python's search for cycles rests while many objects are made that are gone a moment later.

Each few hundred new objects it looks through all that are alive, and of a chunk of thousands of rows nothing is to be
found: that took a seventh of an import.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_resting = 0  # how many pieces of work want it to rest, in all threads


@contextmanager
def calm() -> Iterator[None]:
    """No search for cycles in this process until the end. For seconds, not for hours: what is in cycles stays."""
    global _resting  # noqa: PLW0603 - the collector is one for the whole process
    with _lock:
        was_on = gc.isenabled() or _resting > 0
        _resting += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if was_on and not _resting:
                gc.enable()
