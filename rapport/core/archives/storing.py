"""Where archives lie that are on their way in: in the data folder under random names, and gone when they are in."""

import datetime
import errno
import filecmp
import os
import shutil
from pathlib import Path
from typing import IO

from rapport.core import data_folder
from rapport.core.archives.models import ArchiveRun
from rapport.lib import clock

KEPT_DAYS = 7  # of what broke off, so that it can go on
STILL_SECONDS = 3600  # a file that nobody wrote to for so long, and that no row knows, is what a crash left
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def folder() -> Path:
    """Where they lie; made at the first use."""
    return data_folder.folder("archives")


def keep(source: IO[bytes], size: int) -> str:
    """Copies an archive into the folder; returns its name there. Invalid if the disk is nearly full.

    It has that name only once it is whole; what cannot be written to its end goes.
    """
    data_folder.demand_room(size)
    name = data_folder.random_name("zip")
    whole = data_folder.inside(folder(), name)
    part = whole.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
        part.replace(whole)
    except BaseException as error:
        data_folder.drop(part)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise data_folder.full() from error
        raise
    return name


def path_of(run: ArchiveRun) -> Path:
    """Where the archive of an import lies."""
    return data_folder.inside(folder(), run.stored_name)


def forget(run: ArchiveRun) -> None:
    """Removes the archive of an import, if it is there."""
    if run.stored_name:
        data_folder.drop(path_of(run))
        ArchiveRun.objects.filter(pk=run.pk).update(stored_name="")


def is_of(run: ArchiveRun, archive: Path) -> bool:
    """Whether an import is of the archive at a path, byte by byte, and can still read its own copy."""
    return bool(run.stored_name) and path_of(run).exists() and filecmp.cmp(path_of(run), archive, shallow=False)


def drop_old() -> None:
    """Removes archives that nobody went on with, and files that no row knows."""
    edge = clock.now() - datetime.timedelta(days=KEPT_DAYS)
    for run in ArchiveRun.objects.filter(created_at__lt=edge).exclude(stored_name=""):
        forget(run)
    still = clock.now().timestamp() - STILL_SECONDS
    left = [path for path in folder().iterdir() if path.stat().st_mtime < still]
    known = set(ArchiveRun.objects.exclude(stored_name="").values_list("stored_name", flat=True)) if left else set()
    data_folder.drop(*(path for path in left if path.name not in known))
