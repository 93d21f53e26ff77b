"""Files in the data folder: in folders of their own, under names that nobody guesses, readable by us alone."""

import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.core.errors import Invalid

LEFT_FREE = 256 * 1024 * 1024  # bytes of the disk: a database needs room, too


def folder(name: str) -> Path:
    """The folder ``name`` below ``RAPPORT_DATA``; made at the first use."""
    return made(Path(settings.DATA_FOLDER) / name)


def made(place: Path) -> Path:
    """A folder, made if it is not there."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def random_name(ending: str = "") -> str:
    """32 signs of chance, and the ending where there is one."""
    return secrets.token_hex(16) + (f".{ending}" if ending else "")


def inside(place: Path, name: str) -> Path:
    """The file of this name in a folder, and never one elsewhere, whatever the name says."""
    return place / Path(name).name


def drop(*files: Path) -> None:
    """Removes files, as far as they are there."""
    for file in files:
        file.unlink(missing_ok=True)


def demand_room(size: int = 0) -> None:
    """Invalid with a sentence if the disk has no room for so many bytes more beside LEFT_FREE."""
    if shutil.disk_usage(made(Path(settings.DATA_FOLDER))).free < size + LEFT_FREE:
        raise full()


def full() -> Invalid:
    """What is said where a file cannot be kept."""
    return Invalid({"files": [_("The disk is nearly full, so no file can be kept. Tell your administrator.")]})
