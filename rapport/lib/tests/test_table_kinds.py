"""Workbooks, vCard files and what only pretends to be one: what they are, and how they become tables."""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rapport.lib import table_vcard, table_workbook, table_zip
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import rows, sniff
from rapport.lib.table_kind import believed, kind_of
from rapport.lib.table_zip import BadZip, part_names


def workbook(path: Path, cells: list[list[Any]], **more: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, table in {"First": cells, **more}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                for place, value in enumerate(row):
                    if hasattr(value, "year"):
                        sheet.write_datetime(number, place, value, day)
                    elif isinstance(value, tuple):
                        sheet.write_formula(number, place, value[0], None, value[1])
                    elif value is not None:
                        sheet.write(number, place, value)
    return path


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def table(path: Path) -> list[list[str]]:
    layout = sniff(path, encoding="utf-8", delimiter=",")
    return [layout.header, *(row.cells for row in rows(path, layout))]


def cards(tmp_path: Path, text: str | bytes) -> list[dict[str, str]]:
    source, target = tmp_path / "cards.vcf", tmp_path / "cards.csv"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    table_vcard.convert(source, target)
    header, *found = table(target)
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in found]


# ------------------------------------------------------------------ kinds
def test_it_works(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name", "Born"], ["Ann", 3]])
    assert kind_of(path) == "xlsx"
    assert table_workbook.convert(path, tmp_path / "list.csv") == (["First"], "First")
    assert table(tmp_path / "list.csv") == [["Name", "Born"], ["Ann", "3"]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a,b\n1,2\n", "csv"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", "vcard"),
        (b"\xef\xbb\xbfbegin:vcard\n", "vcard"),
        ("BEGIN:VCARD\n".encode("utf-16"), "vcard"),
    ],
)
def test_a_kind_is_told_by_content(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "whatever.pdf"
    path.write_bytes(content)
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
        (b"PK\x03\x04 cut off", "broken"),
        (b"", "empty"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadTable, match=word):
        kind_of(path)


def test_archives_that_are_no_workbook_are_named(tmp_path: Path) -> None:
    for parts, word in (
        ({"word/document.xml": b"<a/>"}, "DOCX"),
        ({"list.csv": b"a,b"}, "ZIP"),
        ({"xl/workbook.bin": b"x"}, "XLSB"),
    ):
        with pytest.raises(BadTable, match=word):
            kind_of(archive(tmp_path / "some.xlsx", parts))


def test_a_name_says_only_what_a_file_is_believed_to_be() -> None:
    assert [believed(name) for name in ("a.XLSX", "a.vcf", "a.txt", "a.jpg", "csv")] == ["xlsx", "vcard", "csv", "", ""]


# ------------------------------------------------------------------ archives that mean harm
def test_a_bomb_is_refused_from_its_directory(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"\0" * 60_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(BadZip, match="60 MB"):
        part_names(path)


def test_more_parts_than_a_workbook_has_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "many.xlsx", {f"part{number}": b"" for number in range(table_zip.MOST_PARTS + 1)})
    with pytest.raises(BadZip, match="parts"):
        part_names(path)


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "xl\\..\\..\\x", "C:/x"])
def test_a_part_named_like_a_place_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadZip, match="outside"):
        part_names(archive(tmp_path / "slip.xlsx", {"xl/workbook.xml": b"<a/>", name: b"x"}))


def test_entities_are_refused(tmp_path: Path) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>'
    with pytest.raises(BadZip, match="entities"):
        part_names(archive(tmp_path / "xxe.xlsx", {"xl/workbook.xml": evil}))
    with pytest.raises(BadZip, match="entities"):
        part_names(archive(tmp_path / "wide.xlsx", {"xl/workbook.xml": evil.decode().encode("utf-16")}))


def test_a_sheet_as_wide_as_the_world_is_refused_and_takes_no_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path / "far.xlsx", [["Name"], ["Ann"]])
    with zipfile.ZipFile(path) as made:
        parts = {part.filename: made.read(part) for part in made.infolist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
    with pytest.raises(BadTable, match="more cells"):
        table_workbook.convert(archive(path, parts), tmp_path / "out.csv")


# ------------------------------------------------------------------ workbooks
def test_cells_become_texts_that_fields_understand(tmp_path: Path) -> None:
    moment = datetime.datetime(2026, 1, 2, 14, 30)  # noqa: DTZ001 - sheets know no zone
    path = workbook(
        tmp_path / "list.xlsx",
        [
            ["A", "B", "C", "D", "E", "F"],
            [datetime.date(1980, 4, 3), 3.0, 1.125, True, "=1+1", ("=2*3", 6)],
            [moment, 49301234567, -0.5, False, "two\nlines", 1e-7],
        ],
    )
    table_workbook.convert(path, tmp_path / "list.csv")
    assert table(tmp_path / "list.csv")[1:] == [
        ["1980-04-03", "3", "1.1250", "true", "=1+1", "6"],
        ["2026-01-02 14:30:00", "49301234567", "-0.5", "false", "two\u2028lines", "0.0000001"],
    ]


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [[], [], ["Name"], ["Ann"], [], ["Bob"]])
    table_workbook.convert(path, tmp_path / "list.csv")
    layout = sniff(tmp_path / "list.csv", encoding="utf-8", delimiter=",")
    assert [(row.line, row.cells) for row in rows(tmp_path / "list.csv", layout)] == [(4, ["Ann"]), (6, ["Bob"])]


def test_the_sheet_that_is_wanted_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [], People=[["Name"], ["Ann"]], Firms=[["Name"], ["Hexa"]])
    assert table_workbook.convert(path, tmp_path / "a.csv") == (["First", "People", "Firms"], "People")
    assert table_workbook.convert(path, tmp_path / "a.csv", "Firms").chosen == "Firms"
    assert table(tmp_path / "a.csv")[1] == ["Hexa"]
    with pytest.raises(BadTable, match="People, Firms"):
        table_workbook.convert(path, tmp_path / "a.csv", "Nothing")


def test_a_broken_workbook_says_so(tmp_path: Path) -> None:
    path = archive(tmp_path / "list.xlsx", {"xl/workbook.xml": b"<workbook><sheets>"})
    with pytest.raises(BadTable, match="broken"):
        table_workbook.convert(path, tmp_path / "a.csv")


def test_an_ods_file_is_read(tmp_path: Path) -> None:
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="People"><table:table-row><table:table-cell office:value-type="string"><text:p>Name'
        '</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Born</text:p>'
        '</table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>'
        'Jürgen</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="1980-04-03">'
        "<text:p>03.04.80</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    path = archive(
        tmp_path / "list.ods",
        {"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest},
    )
    assert kind_of(path) == "ods"
    table_workbook.convert(path, tmp_path / "list.csv")
    assert table(tmp_path / "list.csv") == [["Name", "Born"], ["Jürgen", "1980-04-03"]]


# ------------------------------------------------------------------ vCards
def test_old_cards_in_quoted_printable_are_read(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\r\nller;J=C3=BCrgen\r\n"
        "TEL;CELL;PREF:0170 123456\r\nTEL;HOME:030 123456\r\nADR;HOME:;;Am Weg 1;Köln;;50667;Germany\r\nEND:VCARD\r\n"
    )
    (card,) = cards(tmp_path, text)
    assert (card["First name"], card["Last name"], card["Phone"]) == ("Jürgen", "Müller", "0170 123456")
    assert card["All phones"] == "0170 123456, 030 123456"
    address = [card[name] for name in ("Street", "Postcode", "City", "Country")]
    assert address == ["Am Weg 1", "50667", "Köln", "Germany"]


def test_new_cards_with_groups_folding_and_escapes_are_read(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Maria Berg\nitem1.EMAIL;type=work:b@x.example\nitem1.X-ABLabel:Work\n"
        "EMAIL;PREF=1:a@x.example\nORG:Hexa\\; Co;Sales\nTITLE:Head\nNOTE:one\\ntwo\\, three and\n  four\n"
        "CATEGORIES:vip,fair\\, spring\nBDAY:19800403\nURL:https://www.linkedin.com/in/ann\nUID:urn:uuid:7\nEND:VCARD\n"
    )
    (card,) = cards(tmp_path, text)
    assert (card["First name"], card["Last name"], card["E-mail"]) == ("Ann Maria", "Berg", "a@x.example")
    assert (card["All e-mails"], card["Company"]) == ("a@x.example, b@x.example", "Hexa; Co")
    told = (card["About"], card["Birthday"], card["External ID"])
    assert told == (
        "one\u2028two, three and four",
        "19800403",
        "urn:uuid:7",
    )
    assert card["LinkedIn"] == "https://www.linkedin.com/in/ann"


@pytest.mark.parametrize("folded", [True, False])
def test_a_large_picture_is_passed_over(tmp_path: Path, *, folded: bool) -> None:
    picture = "\r\n ".join("QUJD" * 19 for _line in range(140_000)) if folded else "QUJD" * 2_600_000
    text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nPHOTO;ENCODING=b:{picture}\r\nFN:Ann\r\nEND:VCARD\r\n"
    assert len(text) > 10_000_000
    (card,) = cards(tmp_path, text)
    assert card == {"Last name": "Ann"}


def test_cards_that_are_cut_off_or_odd_still_come(tmp_path: Path) -> None:
    found = cards(tmp_path, "BEGIN:VCARD\nN:Berg;Ann\nnonsense\n:x\nEND:VCARD\nBEGIN:VCARD\nN:Ohne;Ende\nBDAY:--0403")
    assert [card["Last name"] for card in found] == ["Berg", "Ohne"]


def test_failed_cards_come_back_whole_with_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    path.write_text("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\nPHOTO:xx\nEND:VCARD\n", encoding="utf-8")
    text = "".join(table_vcard.with_reasons(path, {2}, lambda number: f"because {number}"))
    assert text == "BEGIN:VCARD\nFN:B\nPHOTO:xx\nX-RAPPORT-REASON:because 2\r\nEND:VCARD\n"
    assert io.StringIO(text).readline() == "BEGIN:VCARD\n"
