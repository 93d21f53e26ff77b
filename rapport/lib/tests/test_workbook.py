"""Workbooks are read back by another program's reader exactly as they were written."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rapport.lib import workbook

# Two signs that no text has (Unicode keeps them free for ever) are the only ones that a reader gives back otherwise.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40)


def read(columns: list[list[str]], numbers: list[bool], name: str = "Sheet") -> list[list[Any]]:
    sheet, out = io.BytesIO(), io.BytesIO()
    sheet.write(workbook.head([f"T{number}" for number in range(len(columns))]))
    sheet.write(workbook.rows(columns, numbers, first=2))
    sheet.write(workbook.TAIL)
    sheet.seek(0)
    workbook.pack(sheet, name, out)
    out.seek(0)
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(out).get_sheet_by_index(0).to_python()
    return rows


def test_it_works() -> None:
    assert read([["Mia", "Tom"], ["1", "2.5"]], [False, True]) == [["T0", "T1"], ["Mia", 1.0], ["Tom", 2.5]]


@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_every_text_comes_back(texts: list[str]) -> None:
    # An x beside it, for a row without any cell is left out at the end of a sheet.
    rows = read([texts, ["x"] * len(texts)], [False, False])
    assert [row[0] for row in rows[1:]] == texts


@pytest.mark.parametrize("text", ["_x0041_", " a", "a ", "\na", "a\r\nb", "\x1f", "<&>\"'", "=1+1", "]]>", "TRUE"])
def test_what_xml_and_spreadsheets_take_for_something_else_stays_text(text: str) -> None:
    assert read([[text]], [False])[1] == [text]


@pytest.mark.parametrize("text", ["007", "1234567890123456", "1e5", "+1", "1.", "NaN", "1,5"])
def test_what_would_change_as_a_number_stays_text(text: str) -> None:
    assert read([[text]], [True])[1] == [text]


@pytest.mark.parametrize(
    ("text", "marked"), [("=1+1", True), ("-3", False), ("@x", True), ("'=1", True), ("x=1", False)]
)
def test_what_looks_like_a_formula_is_marked_as_text(text: str, marked: bool) -> None:
    assert (b' s="2"' in workbook.rows([[text]], [False], first=2)) == marked


def test_no_cell_is_longer_than_a_spreadsheet_takes() -> None:
    assert len(read([["x" * 40_000]], [False])[1][0]) == workbook.MOST_CELL


def test_a_sheet_is_called_what_spreadsheets_allow(tmp_path: Path) -> None:
    for name in ("People", "A/B [1]: what?*", "x" * 50, "'''", "<&>"):
        out = io.BytesIO()
        workbook.pack(io.BytesIO(workbook.head(["A"]) + workbook.TAIL), name, out)
        out.seek(0)
        (shown,) = CalamineWorkbook.from_filelike(out).sheet_names
        assert 0 < len(shown) <= 31 and not set("[]:*?/\\") & set(shown)


def test_columns_are_lettered() -> None:
    names = workbook.column_names(705)
    assert (names[0], names[25], names[26], names[701], names[702]) == ("A", "Z", "AA", "ZZ", "AAA")
