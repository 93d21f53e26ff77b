"""The files of exports: in the data folder under random names, readable by us alone, and gone after a week."""

import datetime
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rapport.core import data_folder
from rapport.core.exporting.models import ExportRun
from rapport.lib import clock

KEPT_DAYS = 7
_PART, _LIST = ".part", ".list"


def folder() -> Path:
    """Where the files lie; made at the first use."""
    return data_folder.folder("exports")


def new_name(fmt: str) -> str:
    """A name that nobody guesses."""
    return data_folder.random_name(fmt)


def path_of(run: ExportRun) -> Path:
    """Where the finished file of an export lies."""
    return data_folder.inside(folder(), run.stored_name)


def part_of(run: ExportRun) -> Path:
    """Where it lies while it is written; for a workbook, its sheet."""
    return path_of(run).with_name(path_of(run).name + _PART)


def list_of(run: ExportRun) -> Path:
    """Where it is noted what an archive holds already, while it is written."""
    return path_of(run).with_name(path_of(run).name + _LIST)


@contextmanager
def written(path: Path, size: int) -> Iterator[IO[bytes]]:
    """The file, cut to the first ``size`` bytes and open for more. BlockingIOError while another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=1024 * 1024) as file:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(size)
        file.seek(size)
        yield file


def settle(file: IO[bytes]) -> None:
    """Waits until all that was written would survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop(run: ExportRun) -> None:
    """Removes the file of an export, finished or not, if it is there."""
    if run.stored_name:
        data_folder.drop(path_of(run), part_of(run), list_of(run))


def drop_old() -> None:
    """Removes what is older than KEPT_DAYS: the files and their rows, and files that no row knows."""
    edge = clock.now() - datetime.timedelta(days=KEPT_DAYS)
    for run in ExportRun.objects.filter(created_at__lt=edge):
        drop(run)
        run.delete()
    known = set(ExportRun.objects.values_list("stored_name", flat=True))
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # renamed or removed in this moment
            name = path.name.removesuffix(_PART).removesuffix(_LIST)
            if name not in known and path.stat().st_mtime < edge.timestamp():
                path.unlink()
