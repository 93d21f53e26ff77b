"""The workspace's own row, read at most once in a few seconds by each process."""

import time

from rapport.accounts.models import Workspace

_KEPT_SECONDS = 5.0
_kept: tuple[float, Workspace] | None = None


def current() -> Workspace:
    """The workspace. Made with defaults where there is none yet; up to five seconds old."""
    global _kept  # noqa: PLW0603 - one row for the process
    if _kept is None or time.monotonic() - _kept[0] > _KEPT_SECONDS:
        row = Workspace.objects.order_by("pk").first() or Workspace()
        _kept = (time.monotonic(), row)
    return _kept[1]


def forget() -> None:
    """Makes the next :func:`current` read the row again (after a change, between tests)."""
    global _kept  # noqa: PLW0603 - one row for the process
    _kept = None
