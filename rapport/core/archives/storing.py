"""Where archives lie that are on their way in: in the data folder under random names, and gone when they are in."""

import datetime
import filecmp
import os
import shutil
from pathlib import Path
from typing import IO

from rapport.core import data_folder
from rapport.core.archives.models import ArchiveRun
from rapport.lib import clock

KEPT_DAYS = 7  # of what broke off, so that it can go on


def folder() -> Path:
    """Where they lie; made at the first use."""
    return data_folder.folder("archives")


def keep(source: IO[bytes], size: int) -> str:
    """Copies an archive into the folder; returns its name there. Invalid if the disk is nearly full."""
    data_folder.demand_room(size)
    name = data_folder.random_name("zip")
    descriptor = os.open(data_folder.inside(folder(), name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
    return name


def path_of(run: ArchiveRun) -> Path:
    """Where the archive of an import lies."""
    return data_folder.inside(folder(), run.stored_name)


def forget(run: ArchiveRun) -> None:
    """Removes the archive of an import, if it is there."""
    if run.stored_name:
        data_folder.drop(path_of(run))
        ArchiveRun.objects.filter(pk=run.pk).update(stored_name="")


def is_same(one: ArchiveRun, other: ArchiveRun) -> bool:
    """Whether two imports are of the same bytes; also where those of the first are gone."""
    if not one.stored_name or not path_of(one).exists():
        return True
    return filecmp.cmp(path_of(one), path_of(other), shallow=False)


def drop_old() -> None:
    """Removes archives that nobody went on with, and files that no row knows."""
    edge = clock.now() - datetime.timedelta(days=KEPT_DAYS)
    for run in ArchiveRun.objects.filter(created_at__lt=edge).exclude(stored_name=""):
        forget(run)
    known = set(ArchiveRun.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < edge.timestamp():
            path.unlink(missing_ok=True)
