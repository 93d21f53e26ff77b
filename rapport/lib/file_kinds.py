"""What a file is, by its first bytes and never by what it is called; and the size of an image, by its header."""

import re
import struct
from typing import NamedTuple

import puremagic

from rapport.lib.file_names import extension_of

HEAD = 64 * 1024  # bytes that are looked at
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # that hold nothing but pixels
MOST_PIXELS = 40_000_000  # more would cost a browser, or who looks at it, too much memory
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"BM", "image/bmp"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"), (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xfe\xed\xfa", "application/x-executable"), (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"#!", "text/x-script"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"), (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"), (b"BZh", "application/x-bzip2"), (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"{\\rtf", "application/rtf"), (b"ID3", "audio/mpeg"), (b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)  # fmt: skip
# Markup that a browser would run, wherever in the beginning of a text it stands.
_SVG = re.compile(rb"<svg[\s>/:]", re.IGNORECASE)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|img|a|table|title|meta|link|style|form|object|embed|div|p|br|h1)"
    rb"[\s>/]",
    re.IGNORECASE,
)
_XML = re.compile(rb"\s*<\?xml\s", re.IGNORECASE)
# What an extension promises: beginnings of media types.
_PROMISES: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",), "png": ("image/png",), "jpg": ("image/jpeg",), "jpeg": ("image/jpeg",),
    "gif": ("image/gif",), "webp": ("image/webp",), "bmp": ("image/bmp",), "tif": ("image/tiff",),
    "tiff": ("image/tiff",), "heic": ("image/heic",), "svg": ("image/svg+xml",), "ico": ("image/x-icon",),
    "docx": (_OFFICE[b"word/"],), "xlsx": (_OFFICE[b"xl/"],), "pptx": (_OFFICE[b"ppt/"],),
    "docm": (_OFFICE[b"word/"],), "xlsm": (_OFFICE[b"xl/"],),
    "odt": ("application/vnd.oasis",), "ods": ("application/vnd.oasis",), "odp": ("application/vnd.oasis",),
    "doc": ("application/x-ole", "application/rtf"), "xls": ("application/x-ole",), "ppt": ("application/x-ole",),
    "msg": ("application/x-ole",), "rtf": ("application/rtf",), "zip": ("application/zip",),
    "gz": ("application/gzip",), "7z": ("application/x-7z",), "rar": ("application/vnd.rar",),
    "txt": (TEXT,), "csv": (TEXT,), "tsv": (TEXT,), "md": (TEXT, "text/html"), "log": (TEXT,), "ics": (TEXT,),
    "vcf": (TEXT,), "eml": (TEXT, "text/html"), "json": (TEXT,), "xml": ("text/xml", TEXT), "html": ("text/html", TEXT),
    "htm": ("text/html", TEXT), "mp3": ("audio/",), "ogg": ("audio/ogg", "video/"), "wav": ("audio/",),
    "mp4": ("video/", "audio/"), "mov": ("video/",), "webm": ("video/",), "avi": ("video/",),
}  # fmt: skip


class ImageSize(NamedTuple):
    """Width and height in pixels, as the header says."""

    width: int
    height: int


def sniff(head: bytes) -> str:
    """The media type of what begins with ``head`` (up to :data:`HEAD` bytes), :data:`UNKNOWN` if it is not known."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:1024].find(b"%PDF-") >= 0:
        return "application/pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(head)
    if head[:4] == b"RIFF" and len(head) >= 12:
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:11] in (b"hei", b"mif", b"hev") else "video/mp4"
    return _text(head) or _known(head)


def can_be_shown(kind: str, width: int | None, height: int | None) -> bool:
    """True for an image that a browser may show in its place: of a known kind, and not so large that it costs much."""
    return kind in IMAGES and bool(width and height and width * height <= MOST_PIXELS)


def is_disguised(name: str, kind: str) -> bool:
    """True if the name promises something else than the file is: an “invoice.pdf” that is a program."""
    promised = _PROMISES.get(extension_of(name))
    return promised is not None and not kind.startswith(promised)


def _zipped(head: bytes) -> str:
    if head[30:38] == b"mimetype" and (found := re.match(rb"application/[\w.+-]{1,80}", head[38:140])):
        return found[0].decode()
    for folder, kind in _OFFICE.items():
        if b"[Content_Types].xml" in head and folder in head:
            return kind
    return "application/zip"


def _text(head: bytes) -> str:
    """The kind of a text, "" for what is none. A text that a browser could take for a page is one."""
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        bare = head.replace(b"\x00", b"")
    elif b"\x00" in head:
        return ""
    else:
        try:
            bare[: len(bare) - 4 if len(head) >= HEAD else len(bare)].decode()
        except UnicodeDecodeError:
            if sum(sign < 9 or 13 < sign < 32 for sign in bare[:4096]):
                return ""
    if not bare.strip():
        return TEXT
    if _SVG.search(bare):
        return "image/svg+xml"
    if _XML.match(bare):
        return "text/xml"
    return "text/html" if _HTML.search(bare[:4096]) else TEXT


def _known(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head[:8192])
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    kind = next((match.mime_type for match in found if match.mime_type and match.confidence >= 0.5), UNKNOWN)
    return kind if re.fullmatch(r"[a-z]+/[\w.+-]{1,100}", kind) else UNKNOWN


def image_size(head: bytes, kind: str) -> ImageSize | None:
    """The size of a PNG, JPEG, GIF or WebP from its header; None if it does not say. Nothing is unpacked."""
    reader = {"image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp}.get(kind)
    try:
        size = reader(head) if reader else None
    except (struct.error, IndexError):
        return None
    return size if size and size.width > 0 and size.height > 0 else None


def _png(head: bytes) -> ImageSize | None:
    return ImageSize(*struct.unpack(">II", head[16:24])) if head[12:16] == b"IHDR" else None


def _gif(head: bytes) -> ImageSize:
    return ImageSize(*struct.unpack("<HH", head[6:10]))


def _jpeg(head: bytes) -> ImageSize | None:
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        mark = head[at + 1]
        if mark == 0xFF or 0xD0 <= mark <= 0xD8 or mark == 0x01:
            at += 1 if mark == 0xFF else 2
            continue
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return ImageSize(width, height)
        at += 2 + max(2, struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None


def _webp(head: bytes) -> ImageSize | None:
    form = head[12:16]
    if form == b"VP8X":
        return ImageSize(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if form == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return ImageSize(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return ImageSize(width & 0x3FFF, height & 0x3FFF)
    return None
