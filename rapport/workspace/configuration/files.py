"""The folder: one JSON file for each thing, in a stable form, and where in it something is wrong."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

import rapport
from rapport.core.errors import Invalid, Refused

VERSION = 1  # another one where an older Rapport could not apply it
ABOUT = "rapport.json"
_UNFINISHED = "unfinished"  # stands in the place of the version while a folder is being written
MOST_BYTES = 1024 * 1024  # of one file
_FILE = re.compile(r"[a-z0-9_.-]+(?:/[a-z0-9_.-]+){0,2}\.json", re.ASCII)


class Wrong(Invalid):
    """Something in a file cannot be used; the sentence names file and line."""


@dataclass(frozen=True)
class Told:
    """What a file says: its path in the folder, its text, and the same understood."""

    path: str
    text: str
    data: Mapping[str, Any]

    def refuse(self, sentence: str, word: str = "") -> NoReturn:
        """Invalid with file and line: that where ``word`` stands first."""
        raise Wrong({"": [f"{self.path}:{self.line(word)}: {sentence}"]})

    def line(self, word: str) -> int:
        """The line in which a key or a value stands first; 1 where it does not."""
        wanted = json.dumps(word, ensure_ascii=False)
        lines = enumerate(self.text.splitlines(), start=1)
        return next((number for number, line in lines if word and wanted in line), 1)


@contextmanager
def said_of(told: Told) -> Iterator[None]:
    """What a verb refuses inside is said with file and line."""
    try:
        yield
    except Wrong:
        raise
    except Refused as refused:
        keys = refused.errors if isinstance(refused, Invalid) else {}
        told.refuse(refused.message, next((key for key in keys if key), ""))


def as_text(data: Mapping[str, Any]) -> str:
    """The one form in which a file is written."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path, files: Mapping[str, Mapping[str, Any]], parts: Iterable[str]) -> None:
    """Writes the folder. Files of an earlier export that nothing stands for any more go last, from the folders of these
    parts alone: beside them may lie what is somebody else's.

    Invalid where the folder holds something else: nothing of it is touched. What was left half-written cannot be read.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / ABOUT).is_file():
        raise Invalid({"": [_("The folder “%(name)s” holds something else. Name an empty one.") % {"name": folder}]})
    about = {"rapport_config": VERSION, "version": rapport.__version__}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).write_text(as_text({**about, "rapport_config": _UNFINISHED}), encoding="utf-8")
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_text(data), encoding="utf-8")
    for part in parts:
        for old in _written(folder, part):
            if old.relative_to(folder).as_posix() not in files:
                old.unlink()
    (folder / ABOUT).write_text(as_text(about), encoding="utf-8")


def _written(folder: Path, part: str) -> list[Path]:
    """The files of a part that an export may have written: its one file, or those in its folder or one for each kind.

    What its names tell is not one of ours, or is a link, is left alone.
    """
    found = (
        [folder / part]
        if part.endswith(".json")
        else [*(folder / part).glob("*.json"), *(folder / part).glob("*/*.json")]
    )
    ours = (path for path in found if path.is_file() and _FILE.fullmatch(path.relative_to(folder).as_posix()))
    return [path for path in ours if folder.resolve() / path.relative_to(folder) == path.resolve()]


def read(folder: Path) -> dict[str, Told]:
    """All files of a folder by their path. Invalid with file and line for what cannot be read."""
    if not (folder / ABOUT).is_file():
        sentence = _("“%(name)s” is no folder of a configuration: it has no %(file)s.")
        raise Invalid({"": [sentence % {"name": folder, "file": ABOUT}]})
    found = {}
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not _FILE.fullmatch(name) or path.stat().st_size > MOST_BYTES:
            raise Invalid({"": [_("%(file)s: this file does not belong here.") % {"file": name}]})
        found[name] = _understood(name, path)
    about = found.pop(ABOUT)
    version = about.data.get("rapport_config")
    if version == _UNFINISHED:
        about.refuse(_("An export into this folder was broken off. Export once more."), "rapport_config")
    if not isinstance(version, int) or version > VERSION:
        newer = {"version": str(about.data.get("version", ""))[:20]}
        about.refuse(_("A newer Rapport (%(version)s) wrote this. Update this one first.") % newer, "rapport_config")
    return found


def _understood(name: str, path: Path) -> Told:
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        sentence = _("this is no JSON: %(problem)s.") % {"problem": error.msg}
        raise Invalid({"": [f"{name}:{error.lineno}: {sentence}"]}) from error
    except (UnicodeDecodeError, RecursionError, _Twice) as error:
        raise Invalid({"": [f"{name}:1: {_('this is no JSON: %(problem)s.') % {'problem': error}}"]}) from error
    told = Told(name, text, data if isinstance(data, dict) else {})
    if not isinstance(data, dict):
        told.refuse(_("a file holds one object in braces."))
    return told


class _Twice(ValueError):
    """A key stands twice in one object, so one of the two would be lost."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice("a key stands twice")
    return found
