"""Writing an archive so that it can be broken off: what is safe on the disk stays, and the rest is written again.

Memory grows with the number of members alone, never with what is in them.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

import orjson

from rapport.core.archives.layout import Entry

_KEPT = ("filename", "date_time", "compress_type", "external_attr", "flag_bits", "CRC", "compress_size", "file_size",
         "header_offset")  # fmt: skip
_QUICK = 1  # how hard to pack: harder takes three times as long and saves little


class Member:
    """A member while it is written; counts what goes through."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._digest, self.size, self.rows = out, hashlib.sha256(), 0, 0

    def write(self, piece: bytes, rows: int = 0) -> None:
        """Adds bytes that hold so many rows."""
        self._out.write(piece)
        self._digest.update(piece)
        self.size += len(piece)
        self.rows += rows

    @property
    def sha256(self) -> str:
        """Of all that was written so far."""
        return self._digest.hexdigest()


class Zip:
    """A zip file that grows. ``notes`` is the file beside it that says which members are whole.

    ``out`` stands behind its last safe byte; notes of members that lie beyond are passed over.
    """

    def __init__(self, out: IO[bytes], notes: Path) -> None:
        self.out, self._notes = out, notes
        safe = out.tell()
        self.entries: list[Entry] = []
        self._rows = 0
        self._open: Member | None = None
        self._fresh: list[dict[str, Any]] = []
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK)
        for said in self._told(safe):
            self._take_back(said)

    def _told(self, safe: int) -> list[dict[str, Any]]:
        """What the notes say of members before the byte ``safe``; the notes are cut behind them."""
        found: list[dict[str, Any]] = []
        with self._notes.open("a+b") as notes:
            notes.seek(0)
            end = 0
            for line in notes:
                said = orjson.loads(line) if line.endswith(b"\n") else None
                if said is None or said["end"] > safe:
                    break
                found.append(said)
                end += len(line)
            notes.truncate(end)
        return found

    def _take_back(self, said: dict[str, Any]) -> None:
        info = zipfile.ZipInfo(said["info"]["filename"], tuple(said["info"]["date_time"]))
        for name in _KEPT[2:]:
            setattr(info, name, said["info"][name])
        self._zip.filelist.append(info)
        self._zip.NameToInfo[info.filename] = info
        self._count(Entry(**said["entry"]))

    def _count(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._rows += entry.rows or 1

    @property
    def rows(self) -> int:
        """How many lines and files are written, those of the member at hand among them."""
        return self._rows + (self._open.rows if self._open else 0)

    @contextmanager
    def member(self, path: str, *, packed: bool = True) -> Iterator[Member]:
        """A new member, to be written at once. One that breaks off is not part of the archive."""
        name: Any = path if packed else zipfile.ZipInfo(path)  # without a date: the manifest says when
        with self._zip.open(name, "w", force_zip64=True) as out:
            self._open = made = Member(out)
            yield made
        self._open = None
        info = self._zip.getinfo(path)
        entry = Entry(path, made.rows, made.size, made.sha256)
        self._count(entry)
        told = {name: getattr(info, name) for name in _KEPT}
        self._fresh.append({"info": told, "entry": entry.as_json(), "end": self._zip.start_dir})

    def settle(self) -> int:
        """Notes the members that are whole; returns where the last of them ends. Sync the zip file before."""
        with self._notes.open("ab") as notes:
            for said in self._fresh:
                notes.write(orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))
        self._fresh.clear()
        return self._zip.start_dir

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, _error: Any, _tb: Any) -> None:
        """Writes the table of contents: from now on it is a zip file. What was broken off stays without."""
        if kind is not None:
            self._zip.fp = None
        self._zip.close()
