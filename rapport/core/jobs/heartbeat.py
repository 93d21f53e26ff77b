"""A sign of life: the worker touches a file in the data folder, and others see how long ago."""

import time
from pathlib import Path

from django.conf import settings

EVERY_SECONDS = 5.0
LATE_SECONDS = 30.0  # silent for longer: the worker is taken for dead


def beat() -> None:
    """Says that a worker is alive."""
    _file().touch()


def seconds_since() -> float | None:
    """How long ago a worker was alive last; None if none ever was."""
    try:
        return max(time.time() - _file().stat().st_mtime, 0.0)
    except FileNotFoundError:
        return None


def _file() -> Path:
    return Path(settings.DATA_FOLDER) / "worker.alive"
