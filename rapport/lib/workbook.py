"""Writing a workbook (XLSX) with one sheet, row by row, so that memory does not grow with its length.

A sheet is text that can be appended to: first ``head``, then ``rows`` as often as wanted, then ``TAIL``. Whoever
writes it to a file can go on behind any whole piece after a crash. ``pack`` makes the workbook out of the finished
sheet. Every cell is text or a number; none is ever a formula, and one that looks like a formula is marked as text (as
if somebody had typed an apostrophe), so that it does not become one when it is edited.
"""

import re
import shutil
import zipfile
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape

from rapport.lib.csv_safe import neutral

MOST_ROWS = 1_048_575  # of a sheet, less its header
MOST_CELL = 32_767  # characters in a cell
TAIL = b"</sheetData></worksheet>"
_MOST_DIGITS = 15  # of a number; the end of a longer one would be lost
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SPECIAL = re.compile(r"[&<>_\x00-\x1f\ufffe\uffff]|\A\s|\s\Z")
_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_LINKS}">'
    f'<Relationship Id="rId1" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}">'
    f'<Relationship Id="rId1" Type="{_KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_KIND}/styles" Target="styles.xml"/></Relationships>',
    # Three looks: the usual one, text in bold for the header, and what is text although it looks like a formula.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf fontId="1" xfId="0" applyFont="1"/><xf quotePrefix="1" xfId="0"/></cellXfs>'
    "</styleSheet>",
}  # fmt: skip


def head(titles: Sequence[str]) -> bytes:
    """The beginning of a sheet, with a header row that stays in sight."""
    cells = "".join(
        f'<c r="{name}1" s="1" t="inlineStr"><is>{_text(title)}</is></c>'
        for name, title in zip(column_names(len(titles)), titles, strict=True)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetData><row r="1">{cells}</row>'
    ).encode()


def rows(columns: Sequence[Sequence[str]], numbers: Sequence[bool], first: int) -> bytes:
    """Rows of cells given column by column; the first of them is the row ``first`` (the header is row 1).

    Cells of columns marked in ``numbers`` become numbers where their text is one; all else is text.
    """
    lines = [str(number) for number in range(first, first + len(columns[0]))]
    made = [
        [_number(name, line, text) for line, text in zip(lines, column, strict=True)]
        if is_number
        else [_cell(name, line, text) if text else "" for line, text in zip(lines, column, strict=True)]
        for name, column, is_number in zip(column_names(len(columns)), columns, numbers, strict=True)
    ]
    whole = [f'<row r="{line}">{"".join(cells)}</row>' for line, *cells in zip(lines, *made, strict=True)]
    return "".join(whole).encode()


def pack(sheet: IO[bytes], name: str, out: IO[bytes]) -> None:
    """The workbook around a finished sheet, which is called ``name`` as far as spreadsheets allow."""
    shown = re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip(" '") or "Sheet1"
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>'
        f'<sheet name="{escape(shown, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    # The lowest level packs five times as fast as the usual one, and a tenth less well.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path, part in {**_PARTS, "xl/workbook.xml": book}.items():
            archive.writestr(path, _XML + part if not part.startswith("<?") else part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as target:
            shutil.copyfileobj(sheet, target, 1024 * 1024)


def column_names(count: int) -> list[str]:
    """A, B, …, Z, AA, AB, …"""
    names = []
    for number in range(1, count + 1):
        name = ""
        while number:
            number, letter = divmod(number - 1, 26)
            name = chr(65 + letter) + name
        names.append(name)
    return names


def _number(name: str, line: str, text: str) -> str:
    if not text:
        return ""
    if _NUMBER.fullmatch(text) and sum(map(str.isdigit, text)) <= _MOST_DIGITS:
        return f'<c r="{name}{line}"><v>{text}</v></c>'
    return _cell(name, line, text)


def _cell(name: str, line: str, text: str) -> str:
    look = "" if text[0].isalnum() or neutral(text) == text else ' s="2"'
    return f'<c r="{name}{line}"{look} t="inlineStr"><is>{_text(text)}</is></c>'


def _text(text: str) -> str:
    """The text of a cell; signs that XML has no place for are written as spreadsheets do: ``_x001F_``."""
    if len(text) > MOST_CELL:
        text = text[:MOST_CELL]
    if not _SPECIAL.search(text):
        return f"<t>{text}</t>"
    named = _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<t xml:space="preserve">{escape(named)}</t>'
