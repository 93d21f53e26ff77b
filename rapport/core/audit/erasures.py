"""The file ``erasures`` in the data folder: what to erase again after a backup was put back. No name stands in it.

An erasure writes its lines before its commit, so that no crash loses them, and one more when it is committed. Only
then they count: what was rolled back erased nobody. A crash between the commit and that line leaves it to
``written.settle``, which the rewriting of the database in the night after calls.
"""

import datetime
import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

_FILE = "erasures"


@dataclass(frozen=True)
class Line:
    """A record that was, or was to be, erased. ``made`` tells it from a later one with the same number."""

    erasure: str
    record: int
    kind: str
    made: datetime.datetime


def path() -> Path:
    """Where the file is."""
    return Path(settings.DATA_FOLDER) / _FILE


def write_down(records: Sequence[tuple[int, str, datetime.datetime]]) -> str:
    """Notes what is about to be erased (number, kind, when it was made); returns the name of the erasure."""
    erasure = secrets.token_hex(8)
    _append({"erasure": erasure, "record": pk, "kind": kind, "made": at.isoformat()} for pk, kind, at in records)
    return erasure


def confirm(erasures: Iterable[str]) -> None:
    """Notes that these were committed."""
    _append({"committed": erasure} for erasure in erasures)


def committed() -> list[Line]:
    """What was erased, oldest first."""
    return _split()[0]


def open_ones() -> list[Line]:
    """What was to be erased by a transaction that was rolled back, or cut off in its very last moment."""
    return _split()[1]


def _split() -> tuple[list[Line], list[Line]]:
    told = list(_read())
    known = {line["committed"] for line in told if "committed" in line}
    lines = [
        Line(line["erasure"], line["record"], line["kind"], datetime.datetime.fromisoformat(line["made"]))
        for line in told
        if "record" in line
    ]
    return [line for line in lines if line.erasure in known], [line for line in lines if line.erasure not in known]


def _read() -> Iterator[dict[str, Any]]:
    if not path().exists():
        return
    for text in path().read_bytes().splitlines():
        try:
            yield orjson.loads(text)
        except ValueError:
            continue  # cut off by a crash: that erasure did not happen either


def _append(lines: Iterable[dict[str, Any]]) -> None:
    """Adds lines and waits until they are on the disk. A rest that a crash left stays a line of its own."""
    text = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    if not text:
        return
    with path().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - 1, 0))
        file.write(text if file.read() in (b"", b"\n") else b"\n" + text)
        file.flush()
        os.fsync(file.fileno())
