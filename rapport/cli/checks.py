"""The checks of ``rapport doctor``: each looks at one thing and says what it found and what to do."""

import json
import os
import platform
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import DatabaseError, connection

from rapport.cli.preparing import pending_migrations

LEAST_PYTHON = (3, 11)
LEAST_SQLITE = (3, 38)  # from here on JSON operators are always there
LEAST_FREE = 512 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Found:
    """What a check found: ``text`` says it, ``remedy`` what to do (empty where all is well)."""

    text: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def python() -> Found:
    """The Python that runs this."""
    remedy = "" if sys.version_info >= LEAST_PYTHON else "Install Python 3.11 or newer and run “make setup” again."
    return Found(f"Python {platform.python_version()}", remedy)


def database() -> Found:
    """Whether the database answers and knows JSON."""
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute("SHOW server_version")
                (version,) = cursor.fetchone()
                return Found(f"{name} {version} answers")
            cursor.execute("SELECT sqlite_version(), '{\"a\": 1}' ->> 'a'")
            version, _one = cursor.fetchone()
    except DatabaseError as error:
        return Found(f"{name}: {' '.join(str(error).split())}", _unreachable())
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST_SQLITE:
        return Found(f"SQLite {version}", "Use a Python that brings SQLite 3.38 or newer.")
    return Found(f"SQLite {version} with JSON")


def migrations() -> Found:
    """Whether the tables are up to date."""
    try:
        pending = pending_migrations()
    except DatabaseError:
        return Found("Tables cannot be looked at", "Put the database right first.")
    if pending:
        return Found(
            f"{len(pending)} migrations pending, the first is {pending[0]}", "Start “rapport run”; it applies them."
        )
    return Found("Tables are up to date")


def data_folder() -> Found:
    """Whether the data folder can be written and others cannot read it."""
    folder = Path(settings.DATA_FOLDER)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Found(f"Data folder {folder} cannot be written", f"Give it to the user who runs Rapport: chown {folder}")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return Found(f"Data folder {folder} is open to others (mode {mode:o})", f"chmod 700 {folder}")
    return Found(f"Data folder {folder} (mode {mode:o})")


def disk() -> Found:
    """Whether there is room for a while."""
    free = shutil.disk_usage(settings.DATA_FOLDER).free
    remedy = "" if free >= LEAST_FREE else "Make room on this disk, or set RAPPORT_DATA to a folder on another."
    return Found(f"{free / 1024**3:.1f} GB free on the disk of the data folder", remedy)


def secret_key() -> Found:
    """Whether the secret is a secret."""
    if os.environ.get("RAPPORT_SECRET_KEY"):
        remedy = "" if len(settings.SECRET_KEY) >= 32 else "Use at least 32 random characters."
        return Found("Secret key from RAPPORT_SECRET_KEY", remedy)
    path = Path(settings.DATA_FOLDER) / "secret_key"
    mode = stat.S_IMODE(path.stat().st_mode)
    return Found(f"Secret key in {path} (mode {mode:o})", f"chmod 600 {path}" if mode & 0o077 else "")


def assets() -> Found:
    """Whether typeface, icons and htmx were built."""
    from rapport.ui.build_assets import STAMP, VENDOR

    names = ("htmx.min.js", "icons.svg", "inter-latin.woff2", STAMP)
    missing = [name for name in names if not (VENDOR / name).exists()]
    return Found(
        f"Assets missing: {', '.join(missing)}" if missing else "Assets are built",
        "Run “make setup”." if missing else "",
    )


def collected() -> Found:
    """Whether the web server finds hashed static files."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    try:
        json.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Found("Static files are collected at the first start")
    except (OSError, ValueError):
        return Found(
            f"{manifest} cannot be read", f"Remove {manifest.parent} and start “rapport run”; it makes it anew."
        )
    return Found("Static files are collected")


def time_zones() -> Found:
    """Whether time zones are known."""
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return Found("Time zone data is missing", "Run “make setup” again, or install the system's package “tzdata”.")
    return Found("Time zone data is there")


def _unreachable() -> str:
    if connection.vendor == "sqlite":
        return f"Look at the file {settings.DATABASES['default']['NAME']}: is it there, whole and yours to write?"
    return "Is the server running, and are host, port, user, password and name in DATABASE_URL right?"


CHECKS = (python, database, migrations, data_folder, disk, secret_key, assets, collected, time_zones)
