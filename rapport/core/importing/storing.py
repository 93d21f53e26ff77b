"""The files of imports: kept in the data folder under random names, readable by us alone, and not for ever."""

import dataclasses
import datetime
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from rapport.core.importing.models import ImportRun
from rapport.lib import clock
from rapport.lib.table_file import TableFormat

KEPT_DAYS = 30  # as long as an import can be undone
_FORMAT = ("encoding", "delimiter", "quote", "newline", "guessed", "replaced", "header")


def folder() -> Path:
    """Where the files lie; made at the first use."""
    place = Path(settings.DATA_FOLDER) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(source: Path) -> str:
    """Copies a file into the folder, mode 600; returns its new name."""
    name = f"{secrets.token_hex(16)}.csv"
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target, source.open("rb") as binary:
            shutil.copyfileobj(binary, target, 1024 * 1024)
    except OSError:
        drop(name)
        raise
    return name


def is_binary(path: Path, encoding: str) -> bool:
    """Whether the beginning of the file is no text: more than every tenth byte is NUL."""
    with path.open("rb") as binary:
        head = binary.read(64 * 1024)
    return not encoding.startswith(("utf-16", "utf-32")) and head.count(0) > len(head) / 10


def drop(name: str) -> None:
    """Removes a stored file, if it is there."""
    (folder() / Path(name).name).unlink(missing_ok=True)


def path_of(run: ImportRun) -> Path:
    """Where the file of an import lies, if it is still kept."""
    return folder() / Path(run.stored_name).name


def drop_old() -> None:
    """Removes the files of imports older than KEPT_DAYS."""
    old = clock.now() - datetime.timedelta(days=KEPT_DAYS)
    for run in ImportRun.objects.filter(created_at__lt=old).exclude(stored_name=""):
        drop(run.stored_name)
        ImportRun.objects.filter(pk=run.pk).update(stored_name="")


def format_as_json(layout: TableFormat) -> dict[str, Any]:
    """How the file is written, without the rows of the sample: they are not kept twice."""
    return {name: value for name, value in dataclasses.asdict(layout).items() if name in _FORMAT}


def format_of(run: ImportRun) -> TableFormat:
    """How the file of an import is written."""
    return TableFormat(**{name: run.format[name] for name in _FORMAT}, sample=[])
