"""What files are, by their bytes; what they are called; how large an image says it is."""
# ruff: noqa: E501 - tables of what is sent

import struct

import pytest

from rapport.lib.file_kinds import UNKNOWN, image_size, is_disguised, sniff
from rapport.lib.file_names import clean_file_name, disposition
from tests.security.payloads import PAYLOADS


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 6, 0, 0, 0) + b"\x00" * 40


def jpeg(width: int, height: int, before: int = 0) -> bytes:
    comment = b"\xff\xfe" + struct.pack(">H", before + 2) + b"x" * before if before else b""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
        + b"\x00" * 9
        + comment
        + (b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x00" * 20)
    )


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00" * 10


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size


KINDS = [
    (png(1, 1), "image/png"), (jpeg(1, 1), "image/jpeg"), (gif(1, 1), "image/gif"), (webp(1, 1), "image/webp"),
    (b"%PDF-1.7\n", "application/pdf"), (b"\n\n%PDF-1.4", "application/pdf"), (b"MZ\x90\x00", "application/x-msdownload"),
    (b"\x7fELF\x02", "application/x-executable"), (b"#!/bin/sh\n", "text/x-script"), (b"PK\x03\x04" + b"\x00" * 30, "application/zip"),
    (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml" + b"\x00" * 20 + b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK", "application/vnd.oasis.opendocument.textPK"),
    (b"<svg onload=alert(1)>", "image/svg+xml"), (b"\xef\xbb\xbf<?xml version='1.0'?><x:svg xmlns:x='http://www.w3.org/2000/svg'><svg>", "image/svg+xml"),
    (b"  <!DOCTYPE html><p>", "text/html"), (b"hello <script>x</script>", "text/html"), (b"<ScRiPt >", "text/html"),
    ("<html>".encode("utf-16"), "text/html"), (b"<?xml version='1.0'?><a>", "text/xml"), (b"name,mail\nA,b", "text/plain"),
    ("Grüße".encode("cp1252"), "text/plain"), (b"", "text/plain"), (b"\x00\x01\x02\x03" * 40, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("head", "kind"), KINDS)
def test_it_works(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


@pytest.mark.parametrize(
    ("name", "head", "lies"),
    [
        ("a.pdf", b"MZ\x90\x00", True), ("a.png", b"<svg onload=x>", True), ("a.txt", b"<script>x</script>", True),
        ("a.jpg", png(1, 1), True), ("a.docx", b"PK\x03\x04" + b"\x00" * 40, True), ("a.csv", b"MZ", True),
        ("a.pdf", b"%PDF-1.7", False), ("a.txt", b"hi", False), ("a.JPEG", jpeg(1, 1), False), ("a", b"MZ", False),
        ("a.unknown", b"MZ", False), ("a.html", b"<html>", False),
    ],
)  # fmt: skip
def test_a_file_that_lies_about_itself_is_known(name: str, head: bytes, lies: bool) -> None:
    assert is_disguised(name, sniff(head)) == lies


@pytest.mark.parametrize("make", [png, jpeg, gif, webp])
def test_an_image_says_its_size_in_its_header(make: object) -> None:
    for size in ((1, 1), (640, 480), (16_000, 12_000)):
        head = make(*size)  # type: ignore[operator]
        assert image_size(head, sniff(head)) == size
        for cut in range(len(head)):
            image_size(head[:cut], sniff(head))  # whatever is missing, nothing breaks
    assert image_size(jpeg(7, 8, before=60_000), "image/jpeg") == (7, 8)
    assert image_size(png(100_000, 100_000), "image/png") == (100_000, 100_000)
    assert image_size(png(0, 5), "image/png") is None and image_size(b"%PDF", "application/pdf") is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("contract.pdf", "contract.pdf"), ("../../etc/passwd", "passwd"), ("..\\..\\x.csv", "x.csv"), ("/a/b/", "file"),
        ("", "file"), ("...", "file"), (" . ", "file"), ("a\x00b\r\nc.pdf", "ab c.pdf"), ("abc\u202etxt.exe", "abctxt.exe"),
        ("Ange\u0301bot.pdf", "Angébot.pdf"), ("C:\\x\\Übersicht 1.docx", "Übersicht 1.docx"), (".htaccess", "htaccess"),
        ('<b>"x"|y.pdf', "_b__x__y.pdf"), ("\ud800.txt", "txt"),
    ],
)  # fmt: skip
def test_a_name_is_made_fit(given: str, name: str) -> None:
    assert clean_file_name(given) == name


def test_a_long_name_keeps_its_extension() -> None:
    for letter in ("a", "ü", "北", "👍"):
        name = clean_file_name(letter * 5_000 + ".pdf")
        assert name.endswith(".pdf") and len(name) <= 200 and len(name.encode()) <= 240
    assert len(clean_file_name("x." + "y" * 500)) <= 200


def test_no_name_breaks_the_header() -> None:
    for payload in (*PAYLOADS, "a" * 300, "\u202ecod.exe"):
        header = disposition(clean_file_name(payload))
        assert (
            header.isascii() and header.isprintable() and header.count('"') == 2 and header.startswith("attachment; ")
        )
