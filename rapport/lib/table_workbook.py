"""XLSX and ODS: one sheet becomes a plain CSV file, in a process of its own that is held to a measure of memory.

A row of the sheet is a line of that file, so that rows keep the numbers that people see. Of formulas comes the value
that was last worked out; a text that begins with = is a text.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from rapport.lib.table_encoding import BadTable

MEGABYTES = 280  # that the conversion may take
SECONDS = 600
_LOOK_SECONDS = 0.02
LINE_SEPARATOR = "\u2028"  # a line break inside a cell, in the file that is made
_CHILD = Path(__file__).with_name("table_workbook_child.py")


class Sheets(NamedTuple):
    """The sheets of a workbook that show, and the one that was read."""

    names: list[str]
    chosen: str


def convert(source: Path, target: Path, sheet: str = "") -> Sheets:
    """Writes the sheet (default: the first with cells) as CSV, UTF-8 with commas. ``BadTable`` with a sentence if not.

    The archive must have been looked at before (``table_zip``).
    """
    command = [sys.executable, "-P", str(_CHILD), str(source), str(target), sheet, str(MEGABYTES * 3)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        _watch(child)
        said = child.stdout.read() if child.stdout else b""
    try:
        told = json.loads(said)
    except ValueError:
        told = {"problem": "memory"}  # it was ended: nothing was said
    if problem := told.get("problem"):
        raise BadTable(_sentence(problem, sheet, told.get("sheets", [])))
    return Sheets(told["sheets"], told["sheet"])


def _watch(child: "subprocess.Popen[bytes]") -> None:
    """Waits for the end, and brings it about where the process takes more memory or time than it may.

    The system can limit only what a process reserves, which is far more than what it uses; so that is a wide limit,
    set by the process itself, and the narrow one is held here.
    """
    until = time.monotonic() + SECONDS
    while child.poll() is None:
        if _megabytes(child.pid) > MEGABYTES or time.monotonic() > until:
            child.kill()
        time.sleep(_LOOK_SECONDS)


def _megabytes(process: int) -> float:
    """The memory that a process uses; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize() / 1_000_000


def _sentence(problem: str, sheet: str, names: list[str]) -> str:
    if problem == "sheet":
        values = {"name": sheet, "known": ", ".join(names)}
        return _("The workbook has no sheet “%(name)s”. It has: %(known)s.") % values
    if problem == "password":
        return _("This workbook has a password. Save it without one and choose that file.")
    if problem == "memory":
        return _too_large()
    if problem == "empty":
        return _("This file is empty: it has no row with the names of its columns.")
    return _("This workbook is broken: it ends too early, or part of it cannot be read. Save it again, or as CSV.")


def _too_large() -> str:
    return _(
        "This workbook has more cells than can be read at once (about 2.5 million). Save the sheet as CSV and choose "
        "that file; a CSV file may have any number of rows."
    )
