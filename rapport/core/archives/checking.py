"""Opening an archive that somebody brings, and looking whether it is one and whole, before anything is read from it."""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import orjson
from django.utils.translation import gettext as _

from rapport.core.archives import layout
from rapport.core.errors import Invalid

# Nothing else is looked at: no name leads out of the archive, and none is ever written to the disk.
_NAME = re.compile(
    r"(?:manifest\.json|(?:users|teams|objects|fields|files)\.jsonl|records/[a-z][a-z0-9_]{0,59}\.jsonl"
    r"|tables/[a-z0-9_-]{1,80}\.(?:csv|xlsx)|files/[0-9]{1,18})",
    re.ASCII,
)
_PIECE = 1024 * 1024
MOST_MANIFEST = 4 * 1024 * 1024  # bytes
MOST_LINE = 4 * 1024 * 1024  # bytes of one line
MOST_PACKED = 200  # times smaller than what is in it; lines of JSON are 5 to 20 times
MOST_HOUSE = 64  # characters of the name of a house
SMALL = 16 * 1024 * 1024  # bytes that any archive may hold, however well it is packed


def _refuse_many_names(path: Path) -> None:
    """Names without contents take no room in the file but much in memory, once it is opened."""
    with path.open("rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined] # read here as it will be read there
    if end and end[zipfile._ECD_SIZE] > max(SMALL, path.stat().st_size // 10):  # type: ignore[attr-defined]
        raise _refused(_("This archive has more names in it than contents. Make it anew."))


class Archive:
    """An open archive. Refuses with a sentence what is none, and what an older Rapport cannot read."""

    def __init__(self, path: Path) -> None:
        try:
            _refuse_many_names(path)
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, struct.error) as error:
            raise _refused(_("This is no archive: it cannot be opened as a zip file.")) from error
        try:
            self._check_names(path.stat().st_size)
            self.manifest = self._manifest()
        except BaseException:
            self._zip.close()
            raise
        self.house = str(self.manifest.get("house") or "")
        self.members = {entry["path"]: layout.Entry(**entry) for entry in self.manifest["members"]}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._zip.close()

    def kinds(self) -> list[str]:
        """Of which objects there are records, in the order of the archive."""
        names = (re.fullmatch(r"records/(.+)\.jsonl", path) for path in self.members)
        return [name[1] for name in names if name]

    def has(self, path: str) -> bool:
        """Whether there is such a member."""
        return path in self._zip.NameToInfo

    def open(self, path: str) -> IO[bytes]:
        """A member, to be read."""
        return self._zip.open(path)

    def lines(self, path: str, after: int = 0) -> Generator[tuple[int, bytes], None, None]:
        """The lines of a member behind the line ``after``, with their numbers. Invalid for one beyond all measure."""
        if path not in self.members:
            return
        with _reading(), self.open(path) as member:
            number = 0
            while line := member.readline(MOST_LINE + 1):
                number += 1
                if len(line) > MOST_LINE:
                    raise _damaged(path)
                if number > after:
                    yield number, line

    def told(self, path: str, **needed: type) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects in the lines of a member, each with ``needed`` of those types. Invalid names the line that is
        none.
        """
        for number, text in self.lines(path):
            try:
                found = orjson.loads(text)
            except ValueError:
                found = None
            if not isinstance(found, dict) or not all(isinstance(found.get(key), of) for key, of in needed.items()):
                raise unreadable(path, number)
            yield number, found

    def check(self, tick: Any = None) -> None:
        """Reads all lines once and compares them with the manifest. Invalid names the member that is not whole."""
        for entry in self.members.values():
            digest, size = hashlib.sha256(), 0
            with _reading(), self.open(entry.path) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    digest.update(piece)
                    if tick:
                        tick()
            if (size, digest.hexdigest()) != (entry.size, entry.sha256):
                raise _damaged(entry.path)

    # ------------------------------------------------------------ pieces
    def _check_names(self, size: int) -> None:
        total, seen = 0, set()
        for info in self._zip.infolist():
            if not _NAME.fullmatch(info.filename):
                sentence = _("“%(name)s” does not belong into an archive of Rapport. Nothing was imported.")
                raise _refused(sentence % {"name": info.filename[:80]})
            if info.filename in seen or info.flag_bits & 1:
                raise _damaged(info.filename)
            # The others are unpacked without measure, whatever size they name.
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _damaged(info.filename)
            seen.add(info.filename)
            total += info.file_size
        if total > SMALL and total > MOST_PACKED * size:
            raise _refused(_("What is packed in this archive is far larger than any export. Nothing was imported."))

    def _manifest(self) -> dict[str, Any]:
        info = self._zip.NameToInfo.get(layout.MANIFEST)
        if info is None or info.file_size > MOST_MANIFEST:
            raise _refused(_("This is no archive of Rapport: it has no manifest."))
        with _reading(), self._zip.open(info) as member:
            text = member.read(MOST_MANIFEST)
        try:
            found = orjson.loads(text)
            version = found["rapport_archive"]
            for entry in found["members"]:
                self._check_member(layout.Entry(**entry))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(layout.MANIFEST) from error
        if not isinstance(found.get("house", ""), str | None) or len(found.get("house") or "") > MOST_HOUSE:
            raise _damaged(layout.MANIFEST)
        if not isinstance(version, int) or version > layout.VERSION:
            newer = {"version": str(found.get("version", ""))[:20]}
            raise _refused(_("A newer Rapport (%(version)s) wrote this archive. Update this one first.") % newer)
        return dict(found)

    def _check_member(self, entry: layout.Entry) -> None:
        info = self._zip.NameToInfo.get(entry.path)
        if not isinstance(entry.rows, int) or not isinstance(entry.sha256, str):
            raise _damaged(layout.MANIFEST)
        if info is None or info.file_size != entry.size:
            raise _damaged(entry.path)


@contextmanager
def _reading() -> Iterator[None]:
    """Bytes that cannot be unpacked make the archive a damaged one."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        OverflowError,
        struct.error,
        zlib.error,
    ) as error:
        raise _refused(_("The archive is damaged: it cannot be unpacked. Nothing was imported.")) from error


def unreadable(path: str, number: int) -> Invalid:
    """What is said of a line that is not what it should be."""
    return _refused(_("Line %(line)s of “%(name)s” in the archive cannot be read.") % {"line": number, "name": path})


def _damaged(path: str) -> Invalid:
    sentence = _("The archive is damaged: “%(name)s” is not what the manifest says. Nothing was imported.")
    return _refused(sentence % {"name": path[:80]})


def _refused(sentence: str) -> Invalid:
    return Invalid({"file": [sentence]})
