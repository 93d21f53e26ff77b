"""Workbooks are ZIP archives: what is in one, and whether it is safe to open, told from its directory alone.

A bomb is a small archive that unpacks to more than any memory holds. So nothing is unpacked before the number of its
parts, their sizes and how far they are packed have been looked at.
"""

import struct
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.lib.wording import grouped

MOST_PARTS = 2_000
MOST_UNPACKED = 1_000_000_000  # bytes of all parts
MOST_RATIO = 200  # unpacked bytes for each packed one, in parts above 10 MB; texts in tables reach 40
_SMALL = 10_000_000
_MOST_DIRECTORY = 1_000_000  # bytes
_END = 22  # bytes of the record that ends an archive


class BadZip(ValueError):
    """An archive that is broken or not safe to open; ``message`` is a sentence for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def part_names(path: Path) -> list[str]:
    """The names of the parts of an archive that is safe to open. ``BadZip`` otherwise."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts(parts, path.stat().st_size)
            for part in parts:
                _check_beginning(archive, part)
    except (
        zipfile.BadZipFile,
        OSError,
        struct.error,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ) as error:
        if isinstance(error, BadZip):
            raise
        raise BadZip(
            _("This workbook is broken: it ends too early, or part of it cannot be read. Save it again, or as CSV.")
        ) from error
    return [part.filename for part in parts]


def _check_directory(path: Path) -> None:
    """Looks at the record at the end, before all entries of the directory are read."""
    with path.open("rb") as binary:
        size = binary.seek(0, 2)
        binary.seek(max(size - _END - 65_535, 0))
        tail = binary.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    parts, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if parts > MOST_PARTS or directory > _MOST_DIRECTORY:
        raise BadZip(
            _("This file has %(count)s parts, more than any workbook. It is not opened.") % {"count": grouped(parts)}
        )


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > MOST_PARTS:
        raise BadZip(
            _("This file has %(count)s parts, more than any workbook. It is not opened.")
            % {"count": grouped(len(parts))}
        )
    for part in parts:
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise BadZip(_("A part of this workbook has the name of a place outside it. It is not opened."))
        if part.flag_bits & 1:
            raise BadZip(_("This workbook has a password. Save it without one and choose that file."))
        if part.file_size > _SMALL and part.file_size > part.compress_size * MOST_RATIO:
            raise BadZip(_too_large(part.file_size))
    unpacked = sum(part.file_size for part in parts)
    # Parts that lie over one another are counted each: so an archive cannot hold more than it is long.
    if unpacked > MOST_UNPACKED or sum(part.compress_size for part in parts) > size:
        raise BadZip(_too_large(unpacked))


def _check_beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No workbook declares entities; what does wants to read other files or to grow without end."""
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as text:
            head = text.read(4096).replace(b"\0", b"").upper()
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise BadZip(_("A part of this workbook declares entities, which no workbook needs. It is not opened."))


def _too_large(unpacked: int) -> str:
    return _(
        "Unpacked, this workbook would have %(size)s MB, far more than its size lets expect. It is not opened."
    ) % {"size": grouped(unpacked // 1_000_000)}
