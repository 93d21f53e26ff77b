"""Whether a worker process lives: it keeps a file of its own locked, and the kernel lets go when it dies.

Others on the same machine and folder see at once who is dead. Of a worker elsewhere nothing is known here.
"""

import fcntl
import os
import secrets
import socket
from pathlib import Path

from django.conf import settings


class Presence:
    """Held for as long as this process works."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        path = _path(self.name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self._file = path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def end(self) -> None:
        """Says goodbye."""
        _path(self.name).unlink(missing_ok=True)
        self._file.close()


def lives(name: str) -> bool | None:
    """True or False where that is certain; None for a worker of another machine, or one long gone."""
    try:
        with _path(name).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def forget(name: str) -> None:
    """Takes the file of a dead worker away."""
    _path(name).unlink(missing_ok=True)


def dead() -> list[str]:
    """Workers whose files lie here although they are gone."""
    folder = Path(settings.DATA_FOLDER) / "workers"
    return [path.name for path in folder.glob("*") if lives(path.name) is False]


def _path(name: str) -> Path:
    return Path(settings.DATA_FOLDER) / "workers" / (name.replace("/", "_") or "nobody")
