"""What kind of file somebody brought, told by its content; a name says only what it is believed to be."""

from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from rapport.lib.table_encoding import BadTable
from rapport.lib.table_zip import BadZip, part_names

CSV, XLSX, ODS, VCARD, JSONL = KINDS = ("csv", "xlsx", "ods", "vcard", "jsonl")
_ENDINGS = {
    "csv": CSV, "tsv": CSV, "txt": CSV, "tab": CSV, "xlsx": XLSX, "xlsm": XLSX, "xls": "xls", "ods": ODS,
    "vcf": VCARD, "vcard": VCARD, "jsonl": JSONL, "ndjson": JSONL,
}  # fmt: skip
_HEAD = 4096


class Sign(NamedTuple):
    """The first bytes of files that are no tables, and what people call these files."""

    bytes: bytes
    name: str


_OTHERS = (
    Sign(b"%PDF", "PDF"), Sign(b"\x1f\x8b", "gzip"), Sign(b"\x89PNG", "PNG"), Sign(b"\xff\xd8\xff", "JPEG"),
    Sign(b"GIF8", "GIF"), Sign(b"SQLite", "SQLite"), Sign(b"7z\xbc\xaf", "7-Zip"), Sign(b"Rar!", "RAR"),
    Sign(b"{\\rtf", "RTF"),
)  # fmt: skip


def kind_of(path: Path) -> str:
    """Which of KINDS the file is. ``BadTable`` with a sentence that names what it is instead, where that is known."""
    with path.open("rb") as binary:
        head = binary.read(_HEAD)
    if not head:
        raise BadTable(_("This file is empty."))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadTable(
            _("This is a workbook of an old Excel, or one with a password. Save it as XLSX without a password.")
        )
    for sign in _OTHERS:
        if head.startswith(sign.bytes):
            raise BadTable(
                _("This is a %(type)s file, no table. Choose a CSV, XLSX, ODS, vCard or JSONL file.")
                % {"type": sign.name}
            )
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return JSONL
    return VCARD if _is_vcard(head) else CSV


def believed(name: str) -> str:
    """The kind that the ending of a file's name stands for, "" for none."""
    return _ENDINGS.get(name.rpartition(".")[2].lower(), "") if "." in name else ""


def _kind_of_zip(path: Path) -> str:
    try:
        names = part_names(path)
    except BadZip as bad:
        raise BadTable(bad.message) from bad
    if "xl/workbook.xml" in names:
        return XLSX
    if "content.xml" in names and "mimetype" in names:
        return ODS
    if "word/document.xml" in names:
        raise BadTable(
            _("This is a %(type)s file, no table. Choose a CSV, XLSX, ODS, vCard or JSONL file.") % {"type": "DOCX"}
        )
    if "xl/workbook.bin" in names:
        raise BadTable(_("This is a binary workbook (XLSB). Save it as XLSX and choose that file."))
    raise BadTable(
        _("This is a ZIP archive, not a CSV, XLSX, ODS, vCard or JSONL file. Unpack it and choose the file in it.")
    )


def _is_vcard(head: bytes) -> bool:
    for encoding, marks in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")):
        if head.startswith(marks):
            head = head[len(marks) :].decode(encoding, "replace").encode()
            break
    return head.lstrip()[:11].upper() == b"BEGIN:VCARD"
