"""The encoding of a table file, found by looking at all its bytes: in a sample the only "é" may be missing."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

_CHUNK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_OTHER_FILES = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"SQLite",
)


class BadTable(ValueError):
    """A file that cannot be read as a table; ``message`` is a sentence for the person, ``line`` where, or 0."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Encoding(NamedTuple):
    """Name of an encoding, whether it was guessed, and how many bytes mean nothing in it."""

    name: str
    guessed: bool
    replaced: int


def find_encoding(path: Path, decided: str = "") -> Encoding:
    """The encoding of a file; ``decided`` is what a person has chosen.

    A byte order mark first; then UTF-16 by where its NUL bytes stand; then UTF-8, if all of the file is; then what
    Windows writes in the west (cp1252), which is a guess. ``BadTable`` for empty files, workbooks and pictures.
    """
    with path.open("rb") as binary:
        head = binary.read(64 * 1024)
    if not head:
        raise BadTable(_("This file is empty."))
    if head.startswith(_OTHER_FILES):
        raise BadTable(
            _("This is no CSV file. Open it in your spreadsheet program, save it as “CSV UTF-8” and choose that file."),
        )
    if decided:
        return Encoding(_known(decided), False, _failures(path, _known(decided)))
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, False, _failures(path, name))
    wide = _wide(head)
    if wide:
        return Encoding(wide, True, _failures(path, wide))
    if _is_utf8(path):
        return Encoding("utf-8", False, 0)
    return Encoding("cp1252", True, _failures(path, "cp1252"))


def _known(name: str) -> str:
    """The name as Python writes it, of encodings of text only; ``BadTable`` for others."""
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError, TypeError) as error:
        raise BadTable(_("There is no encoding “%(name)s”. Choose one such as UTF-8.") % {"name": name[:40]}) from error
    return codec.name


def _wide(head: bytes) -> str:
    """UTF-16 without a mark, as told by the NUL bytes of its Latin letters, or ""."""
    pairs = len(head) // 2
    if not pairs:
        return ""
    first, second = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if second > pairs * 0.3 and first < pairs * 0.05:
        return "utf-16-le"
    if first > pairs * 0.3 and second < pairs * 0.05:
        return "utf-16-be"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _failures(path: Path, name: str) -> int:
    """How many places in the file mean nothing in an encoding."""
    if name == "cp1252":
        return sum(chunk.count(byte) for chunk in _chunks(path) for byte in _UNDEFINED_IN_CP1252)
    decoder = codecs.getincrementaldecoder(name)("replace")
    count = sum(decoder.decode(chunk).count("\ufffd") for chunk in _chunks(path))
    return count + decoder.decode(b"", final=True).count("\ufffd")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as binary:
        while chunk := binary.read(_CHUNK):
            yield chunk
