"""Before anything is served: tables up to date, defaults there, static files in their place."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rapport.cli import Problem
from rapport.core.definitions import loading as definitions
from rapport.core.definitions.objects import ensure_all_indexes
from rapport.core.search import rebuilding
from rapport.workspace.defaults import ensure_defaults

NOT_SERVED = ("django_htmx",)  # what we take of it was built into ui/static/vendor
_ADVISORY_LOCK = 0x7261_7070  # any number, the same in every process


def prepare() -> None:
    """Bring the workspace up to date. Cheap when it is; several processes may call it at the same moment."""
    with _alone():
        if pending_migrations():
            call_command("migrate", interactive=False, verbosity=0)
        definitions.now()
        ensure_all_indexes()
        ensure_defaults()
        rebuilding.ask_if_needed()
        collect_assets()


def pending_migrations() -> list[str]:
    """Names of the migrations that the database has not seen yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def collect_assets() -> bool:
    """Copy style sheets, scripts and pictures to where the web server finds them; True if any had changed."""
    stamp_file = Path(settings.DATA_FOLDER) / "static.stamp"
    stamp = _assets_stamp()
    if stamp_file.exists() and stamp_file.read_text(encoding="ascii") == stamp and Path(settings.STATIC_ROOT).is_dir():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=list(NOT_SERVED))
    stamp_file.write_text(stamp, encoding="ascii")
    return True


def _assets_stamp() -> str:
    """Changes when a static file comes, goes or is written to."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(list(NOT_SERVED)), key=lambda item: item[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps other processes of this workspace waiting, on this machine and at the database."""
    with (Path(settings.DATA_FOLDER) / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


@contextmanager
def only_instance() -> Iterator[None]:
    """Refuses to start a second ``rapport run`` on the same data folder."""
    folder = Path(settings.DATA_FOLDER)
    with (folder / "run.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"Rapport already runs on the folder {folder}. Stop it first, or set RAPPORT_DATA to another folder."
            ) from None
        yield
