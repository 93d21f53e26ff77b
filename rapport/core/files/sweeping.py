"""Tidying up: what lies in the folder without a row, and what has been in the trash for long.

Nothing is lost at once: an orphan is put aside for 30 days first. If ever the wrong database is looked at, the files
of the right one are still there.
"""

import datetime
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.core.files import storing
from rapport.core.files.models import File
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import schedule
from rapport.lib import clock

KEPT_DAYS = 30  # in the trash, and put aside
GRACE_SECONDS = 3600.0  # a file this young may belong to a row that is still being written
_AT_ONCE = 500


@schedule("15 * * * *", "files.sweep", title=_("Tidying up the files"))
def sweep_hourly(_at_work: JobAtWork) -> dict[str, Any]:
    """Started again it goes on; two at once do no harm."""
    return sweep()


def sweep() -> dict[str, int]:
    """Puts orphans aside, removes what was put aside or half written long ago, forgets what was trashed long ago.

    Returns how many of each.
    """
    old = clock.now() - datetime.timedelta(days=KEPT_DAYS)
    forgotten, _kinds = File.objects.filter(trashed_at__lt=old).delete()
    aside = storing.folder() / "orphans"
    aside.mkdir(mode=0o700, exist_ok=True)
    removed = _remove_older(aside, KEPT_DAYS * 86_400) + _remove_older(storing.folder() / "incoming", GRACE_SECONDS)
    orphans = 0
    for paths in _batches():
        known = set(
            File.objects.filter(stored_name__in=[path.name for path in paths]).values_list("stored_name", flat=True)
        )
        for path in paths:
            if path.name not in known:
                orphans += _put_aside(path, aside)
    return {"forgotten": forgotten, "removed": removed, "orphans": orphans}


def _batches() -> Iterator[list[Path]]:
    """All files that are old enough to have a row, some at a time."""
    before = time.time() - GRACE_SECONDS
    for shard in sorted(storing.folder().glob("[0-9a-f][0-9a-f]")):
        paths = [path for path in shard.iterdir() if _is_older(path, before)]
        for start in range(0, len(paths), _AT_ONCE):
            yield paths[start : start + _AT_ONCE]


def _is_older(path: Path, before: float) -> bool:
    """Whether it is a file last written before that second; one that another sweep took away is none."""
    try:
        return path.is_file() and path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _put_aside(path: Path, aside: Path) -> bool:
    """False if another sweep was quicker."""
    try:
        path.replace(aside / path.name)
        os.utime(aside / path.name)  # its 30 days begin now
    except FileNotFoundError:
        return False
    return True


def _remove_older(place: Path, seconds: float) -> int:
    before = time.time() - seconds
    old = [path for path in place.glob("*") if _is_older(path, before)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
