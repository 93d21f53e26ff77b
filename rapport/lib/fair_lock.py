"""A lock that threads and processes take in the order in which they came, and that no crash can leave taken.

Everything is a lock of the kernel on bytes of one file, held by an open file description (Linux: ``F_OFD_SETLK``), so
it goes when its holder goes, however it goes. One byte is the lock itself; each who waits draws a ticket, locks the
byte of that number and waits until the byte of the ticket before is free. Should somebody in the queue die, the one
behind goes on to wait for the lock itself: the order suffers once, nothing else does.

Elsewhere than on Linux there is no such lock and ``acquire`` lets everybody through.
"""

import fcntl
import os
import struct
import time
from contextlib import suppress
from pathlib import Path

_SET = getattr(fcntl, "F_OFD_SETLK", None)
_GET = getattr(fcntl, "F_OFD_GETLK", None)
_FLOCK = "hhqqi0q"  # struct flock of Linux
_COUNTERS = struct.Struct("=QQ")  # in the file: the next ticket, and the ticket that was served last
_DRAWING, _LOCK, _FIRST_TICKET = 0, 1, 1024  # bytes of the file that are locked; they need not exist
_SHORTEST, _LONGEST = 0.0003, 0.01  # seconds between two looks: by one's place in the queue


class FairLock:
    """One waiter's handle on the lock at ``path``: each thread needs one of its own. Not to be taken twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._ticket = -1

    def acquire(self, seconds: float) -> bool:
        """Waits for its turn; False if that did not come within ``seconds``.

        Where the file cannot be opened or written to (no room, no rights), there is no order: True at once.
        """
        if _SET is None:
            return True
        end = time.monotonic() + seconds
        try:
            if self._file < 0:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            taken = self._draw(end) and self._wait_for_turn(end)
        except OSError:
            self.release()
            return True
        if not taken:
            self.release()
        return taken

    def release(self) -> None:
        """Lets the next one in. Harmless if nothing is held."""
        if self._file < 0:
            return
        with suppress(OSError):
            self._unlock(_LOCK)
            if self._ticket >= 0:
                self._unlock(_FIRST_TICKET + self._ticket)
        self._ticket = -1

    def close(self) -> None:
        """Releases and closes the file."""
        if self._file >= 0:
            os.close(self._file)
        self._file = self._ticket = -1

    def __del__(self) -> None:
        self.close()

    def _draw(self, end: float) -> bool:
        """Takes a ticket and locks its byte, so that the one behind knows whom to wait for."""
        while not self._try(_DRAWING):
            if time.monotonic() > end:
                return False
            time.sleep(_SHORTEST)
        try:
            ticket, served = self._counters()
            os.pwrite(self._file, _COUNTERS.pack(ticket + 1, served), 0)
            self._try(_FIRST_TICKET + ticket)
            self._ticket = ticket
        finally:
            self._unlock(_DRAWING)
        return True

    def _wait_for_turn(self, end: float) -> bool:
        before = _FIRST_TICKET + self._ticket - 1
        while self._is_locked(before) or not self._try(_LOCK):
            if time.monotonic() > end:
                return False
            place = self._ticket - self._counters()[1]
            time.sleep(min(max(place, 1) * _SHORTEST, _LONGEST))
        os.pwrite(self._file, struct.pack("=Q", self._ticket), 8)
        return True

    def _counters(self) -> tuple[int, int]:
        content = os.pread(self._file, _COUNTERS.size, 0)
        return _COUNTERS.unpack(content) if len(content) == _COUNTERS.size else (1, 0)

    def _try(self, byte: int) -> bool:
        try:
            fcntl.fcntl(self._file, _SET, _span(fcntl.F_WRLCK, byte))  # type: ignore[arg-type]
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _unlock(self, byte: int) -> None:
        fcntl.fcntl(self._file, _SET, _span(fcntl.F_UNLCK, byte))  # type: ignore[arg-type]

    def _is_locked(self, byte: int) -> bool:
        answer: bytes = fcntl.fcntl(self._file, _GET, _span(fcntl.F_WRLCK, byte))  # type: ignore[arg-type]
        kind: int = struct.unpack(_FLOCK, answer)[0]
        return kind != fcntl.F_UNLCK


def _span(kind: int, byte: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, byte, 1, 0)
