"""The files of imports: kept in the data folder under random names, readable by us alone, and not for ever.

A workbook, vCard file or file with lines of JSON is kept as it was brought, and beside it the table of text that was
made of it.
"""

import dataclasses
import datetime
import os
import shutil
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from rapport.core import data_folder
from rapport.core.importing.models import ImportRun
from rapport.lib import clock
from rapport.lib.table_file import TableFormat

KEPT_DAYS = 30  # as long as an import can be undone
DRAFT_DAYS = 2  # a file that was never imported is not kept longer
ORPHAN_DAYS = 1
AT_WORK = ("queued", "running")  # states in which the file is being read
_FORMAT = ("encoding", "delimiter", "quote", "newline", "guessed", "replaced", "header")


def folder() -> Path:
    """Where the files lie; made at the first use."""
    return data_folder.folder("imports")


def keep(source: Path, kind: str = "csv") -> str:
    """Copies a file into the folder, mode 600; returns its new name."""
    name = new_name(kind)
    try:
        with (folder() / name).open("wb") as target, source.open("rb") as binary:
            shutil.copyfileobj(binary, target, 1024 * 1024)
    except OSError:
        drop(name)
        raise
    return name


def new_name(kind: str = "csv") -> str:
    """Makes an empty file in the folder, mode 600; returns its name."""
    name = data_folder.random_name(kind)
    os.close(os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return name


def is_text(path: Path, encoding: str) -> bool:
    """Whether the beginning of the file is text: at most every tenth byte is NUL, except in UTF-16 and UTF-32."""
    with path.open("rb") as binary:
        head = binary.read(64 * 1024)
    return encoding.startswith(("utf-16", "utf-32")) or head.count(0) <= len(head) / 10


def drop(name: str) -> None:
    """Removes a stored file, if it is there."""
    data_folder.drop(data_folder.inside(folder(), name))


def path_of(run: ImportRun) -> Path:
    """Where the table of an import lies, if it is still kept."""
    return data_folder.inside(folder(), run.stored_name)


def source_of(run: ImportRun) -> Path:
    """Where the file lies as it was brought, if it is still kept."""
    return data_folder.inside(folder(), run.source_name or run.stored_name)


def is_kept(run: ImportRun) -> bool:
    """Whether the table of an import is still there."""
    return bool(run.stored_name) and path_of(run).is_file()


def forget(run: ImportRun) -> None:
    """Removes what is kept of an import."""
    for name in filter(None, (run.stored_name, run.source_name)):
        drop(name)
    ImportRun.objects.filter(pk=run.pk).update(stored_name="", source_name="")


def forget_marked() -> None:
    """Removes what is kept of imports that must be forgotten and are not at work."""
    for run in _kept().filter(must_forget=True).exclude(state__in=AT_WORK):
        forget(run)


def drop_old() -> None:
    """Removes the files of imports older than KEPT_DAYS or to be forgotten, what could not be read, drafts that nobody
    went on with, and files that no run knows.
    """
    now = clock.now()
    forget_marked()
    early = now - datetime.timedelta(days=DRAFT_DAYS)
    old = Q(created_at__lt=now - datetime.timedelta(days=KEPT_DAYS))
    for run in _kept().filter(old | Q(state="failed", stored_name="", created_at__lt=early)):
        forget(run)
    for run in ImportRun.objects.filter(state__in=("draft", "reading"), act=None, created_at__lt=early):
        forget(run)
        run.delete()
    _drop_orphans(now - datetime.timedelta(days=ORPHAN_DAYS))


def _kept() -> QuerySet[ImportRun]:
    return ImportRun.objects.exclude(stored_name="", source_name="")


def _drop_orphans(edge: datetime.datetime) -> None:
    """What a crash left between the making of a file and the row that names it."""
    old = [path for path in folder().iterdir() if path.stat().st_mtime < edge.timestamp()]
    if old:
        known = {name for names in _kept().values_list("stored_name", "source_name") for name in names}
        for path in old:
            if path.name not in known:
                path.unlink(missing_ok=True)


def format_as_json(layout: TableFormat) -> dict[str, Any]:
    """How the file is written, without the rows of the sample: they are not kept twice."""
    return {name: value for name, value in dataclasses.asdict(layout).items() if name in _FORMAT}


def format_of(run: ImportRun) -> TableFormat:
    """How the file of an import is written."""
    return TableFormat(**{name: run.format[name] for name in _FORMAT}, sample=[])
