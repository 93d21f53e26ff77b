"""Named places at which a test may let the process die, to see what a crash there leaves behind.

Outside of tests nothing happens: a place costs one comparison. ``RAPPORT_FAULT`` in the environment names the place,
``name:3`` its third visit. The process gets SIGKILL there: no cleaning up, as when the power goes.
"""

import os
import signal

_NAME, _, _visit = os.environ.get("RAPPORT_FAULT", "").partition(":")
_visits_left = int(_visit or 1)


def point(name: str) -> None:
    """A place where a crash must leave nothing lost and nothing doubled; ``name`` is ``room.step``."""
    if name == _NAME:
        _count()


def _count() -> None:
    global _visits_left  # noqa: PLW0603 - the process dies of it
    _visits_left -= 1
    if _visits_left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
