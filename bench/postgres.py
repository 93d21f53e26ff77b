"""A PostgreSQL that keeps its data between runs: the wheel of the tests, with the settings of a server."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.lib.postgres_server import Server, find_programs

_SETTINGS = {
    "listen_addresses": "", "max_connections": "50", "shared_buffers": "1GB", "effective_cache_size": "4GB",
    "maintenance_work_mem": "512MB", "max_wal_size": "8GB", "random_page_cost": "1.1", "jit": "off",
}  # fmt: skip


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start the server whose data lies in ``folder`` (made on the first use); give its ``DATABASE_URL``."""
    sockets = Path(tempfile.mkdtemp(prefix="rapport-bench-", dir="/tmp"))
    sockets.chmod(0o755)
    try:
        made = Server(folder, find_programs(sockets, data=folder / "data"))
        made.lend(folder, sockets)
        made.make("-U", "postgres", "-A", "trust")
        made.start({**_SETTINGS, "unix_socket_directories": str(sockets)})
        try:
            yield f"postgresql://postgres@/postgres?host={sockets}"
        finally:
            made.stop()
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def postmaster(folder: Path) -> int:
    """The process that all backends are children of."""
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def folder_for(cache: Path, name: str) -> Path:
    """Where the data lies. Root lends the server to “nobody”, who cannot walk into everybody's folders."""
    if os.geteuid() == 0 and "RAPPORT_BENCH" not in os.environ:
        cache = Path("/var/tmp/rapport-bench")
    return cache / f"postgres-{name}-data"
