"""Table files as people bring them, and cells that leave in one: encodings, delimiters, line numbers, limits."""

import csv
import io
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.lib.csv_safe import neutral, neutral_all, restore
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import Row, TableFormat, rows, sniff
from rapport.lib.tokens import digest, new_token, same


def read(tmp_path: Path, content: bytes | str) -> tuple[TableFormat, list[Row]]:
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    layout = sniff(path)
    return layout, list(rows(path, layout))


@pytest.mark.parametrize(
    ("encoding", "mark", "found", "guessed"),
    [
        ("utf-8", b"", "utf-8", False),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig", False),
        ("utf-16-le", b"\xff\xfe", "utf-16", False),
        ("utf-16-be", b"\xfe\xff", "utf-16", False),
        ("utf-16-le", b"", "utf-16-le", True),
        ("utf-16-be", b"", "utf-16-be", True),
        ("cp1252", b"", "cp1252", True),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, mark: bytes, found: str, guessed: bool) -> None:
    layout, read_rows = read(
        tmp_path, mark + "Name;City\r\nJürgen “J”;Łódź\r\n".replace("Łódź", "Köln").encode(encoding)
    )
    assert (layout.encoding, layout.guessed, layout.replaced) == (found, guessed, 0)
    assert layout.header == ["Name", "City"]
    assert layout.newline == "\r\n"
    assert [row.cells for row in read_rows] == [["Jürgen “J”", "Köln"]]
    assert layout.sample == [["Jürgen “J”", "Köln"]]


def test_one_byte_far_behind_decides_about_the_encoding(tmp_path: Path) -> None:
    layout, read_rows = read(tmp_path, b"name,city\n" + b"Anna,Bonn\n" * 200_000 + b"J\xfcrgen,K\xf6ln\n")
    assert layout.encoding == "cp1252"
    assert read_rows[-1].cells == ["Jürgen", "Köln"]
    assert read_rows[-1].line == 200_002


def test_bytes_without_meaning_are_counted(tmp_path: Path) -> None:
    layout, read_rows = read(tmp_path, b"name\nJ\x81rgen\x8d\n\xfc\n")
    assert layout.replaced == 2
    assert read_rows[0].cells == ["J\ufffdrgen\ufffd"]


def test_a_person_may_decide_about_encoding_and_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("имя;город\nАнна;Москва\n".encode("cp1251"))
    layout = sniff(path, encoding="windows-1251", delimiter=";")
    assert (layout.encoding, layout.header, layout.guessed) == ("cp1251", ["имя", "город"], False)
    for name in ("klingon", "rot13", "hex"):
        with pytest.raises(BadTable, match="There is no encoding"):
            sniff(path, encoding=name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_by_consistency(tmp_path: Path, delimiter: str) -> None:
    lines = [["name", "note", "amount"], ["Anna", f"a{delimiter}b\nc, d; e | f", "1,5"], ["Bo", "x; y; z", "2,5"]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    layout, read_rows = read(tmp_path, buffer.getvalue())
    assert layout.delimiter == delimiter
    assert [row.cells for row in read_rows] == lines[1:]
    assert [row.line for row in read_rows] == [2, 4]


def test_a_file_of_one_column_is_fine(tmp_path: Path) -> None:
    layout, read_rows = read(tmp_path, "E-mail\nanna@example.com\nbo@example.com")
    assert (layout.header, layout.guessed) == (["E-mail"], False)
    assert [row.cells for row in read_rows] == [["anna@example.com"], ["bo@example.com"]]


def test_the_delimiter_that_excel_writes_is_no_row(tmp_path: Path) -> None:
    layout, read_rows = read(tmp_path, "sep=;\r\nname;city\r\nAnna;Bonn\r\n")
    assert (layout.delimiter, layout.header) == (";", ["name", "city"])
    assert read_rows == [Row(3, ["Anna", "Bonn"])]


def test_line_numbers_survive_blank_lines_mixed_newlines_and_long_cells(tmp_path: Path) -> None:
    _, read_rows = read(tmp_path, '\n name , city \r\n\r\nAnna,"a\nb\r\nc"\rBo,x\n\n\nCy,y')
    assert [(row.line, row.cells) for row in read_rows] == [
        (4, ["Anna", "a\nb\r\nc"]),
        (7, ["Bo", "x"]),
        (10, ["Cy", "y"]),
    ]
    assert all(not row.problem for row in read_rows)


def test_other_separators_of_unicode_do_not_end_a_line(tmp_path: Path) -> None:
    _, read_rows = read(tmp_path, "name,city\nA\u2028b\x0b\x85c,d\n")
    assert [row.cells for row in read_rows] == [["A\u2028b\x0b\x85c", "d"]]


def test_a_header_twice_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "Phone,Phone,\n1,2,3\n")[0].header == ["Phone", "Phone", ""]


def test_a_quote_that_is_never_closed_is_named(tmp_path: Path) -> None:
    _, read_rows = read(tmp_path, 'name,city\nAnna,Bonn\nBo,"Köln\nCy,Ulm\n')
    assert not read_rows[0].problem
    assert "begins in line 3" in read_rows[1].problem
    assert "never closed" in read_rows[1].problem


def test_a_nul_byte_is_named_and_taken_out(tmp_path: Path) -> None:
    _, read_rows = read(tmp_path, b"name,city\nAn\x00na,Bonn\nBo,Ulm\n")
    assert read_rows[0].cells == ["Anna", "Bonn"]
    assert "Line 2 has a NUL byte" in read_rows[0].problem
    assert not read_rows[1].problem


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n\n", b" , ,\n", b"sep=;\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadTable, match="This file is empty"):
        read(tmp_path, content)


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    layout, read_rows = read(tmp_path, "name,city")
    assert (layout.header, read_rows) == (["name", "city"], [])


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"\x1f\x8b\x08"])
def test_a_workbook_is_refused_with_the_way_out(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(BadTable, match="save it as “CSV UTF-8”"):
        read(tmp_path, head + b"\x00" * 100)


def test_a_cell_without_measure_ends_the_reading_and_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,note\nAnna,x\nBo," + "y" * 1_000_001 + "\n")
    layout = TableFormat("utf-8", ",", '"', ["name", "note"], "\n", [], False)
    with pytest.raises(BadTable, match="begins in line 3") as caught:
        list(rows(path, layout))
    assert caught.value.line == 3


def test_too_many_columns_are_said_in_the_row_and_refused_in_the_header(tmp_path: Path) -> None:
    _, read_rows = read(tmp_path, "a,b\n1,2\n" + "," * 2_000 + "\n3,4\n")
    assert "Line 3 has 2,001 columns" in read_rows[1].problem
    assert len(read_rows[1].cells) == 2_000
    assert read_rows[2].cells == ["3", "4"]
    with pytest.raises(BadTable, match="Line 1 has 2,001 columns"):
        read(tmp_path, "a" + ",a" * 2_000 + "\n")


HOSTILE = [b"x", b'"', b'"\n', b'"a\n",', b",", b"\x00", b"\xff\xfe", b'x"', b"\r"]


def read_hostile(path: Path, piece: bytes, size: int) -> None:
    """Read a file that repeats a piece; refusing it with a sentence is as good as reading it."""
    path.write_bytes(b"name,city\n" + piece * (size // len(piece)))
    try:
        for _row in rows(path, sniff(path)):
            pass
    except BadTable as error:
        assert error.message.endswith(".")


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_file_takes_little_time(tmp_path: Path, piece: bytes) -> None:
    started = time.process_time()
    read_hostile(tmp_path / "a.csv", piece, 2_000_000)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("piece", [b"x", b'"', b'"a\n",', b",", b"Anna," + b"x" * 200 + b"\n"])
def test_a_hostile_file_takes_little_memory(tmp_path: Path, piece: bytes) -> None:
    tracemalloc.start()
    try:
        read_hostile(tmp_path / "a.csv", piece, 8_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 80_000_000


def test_progress_grows_to_the_size_of_the_file(tmp_path: Path) -> None:
    content = "name,city\n" + "Anna,Bonn\n" * 50_000
    _, read_rows = read(tmp_path, content)
    offsets = [row.offset for row in read_rows]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(content)
    assert len(set(offsets)) > 20


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=20)


@given(st.lists(st.lists(cell, min_size=2, max_size=2), max_size=8), st.sampled_from([",", ";", "\t", "|"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_program_has_written_is_read_back(tmp_path: Path, table: list[list[str]], delimiter: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["one", "two"], *table])
    layout = sniff(path, delimiter=delimiter)
    assert [row.cells for row in rows(path, layout)] == table


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_the_reader_fail(tmp_path: Path, content: bytes) -> None:
    try:
        _, read_rows = read(tmp_path, content)
    except BadTable as error:
        assert error.message
    else:
        assert all(row.line > 0 for row in read_rows)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\ta",
        " =1",
        "＝1",
        "+49-30",
        "'=1",
        "-",
        "\ufeff=1",
    ],
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text
    assert restore("'" + text) == text


@pytest.mark.parametrize(
    "text", ["Anna", "", "-3.50", "+1,250", "-5", "+49 30 123456", "'n Abend", "O'Neil", "a=b", "'90s", "1-2"]
)
def test_plain_text_numbers_and_phone_numbers_stay_readable(text: str) -> None:
    assert neutral(text) == text
    assert restore(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Acme;=1+cmd|' /C calc'!A0", "Acme;'=1+cmd|' /C calc'!A0"),
        ("Acme\t@SUM(A1)", "Acme\t'@SUM(A1)"),
        ("two\r\n =1", "two\r\n' =1"),
        ("\n=1", "'\n'=1"),
        ("=1;=1", "'=1;'=1"),
        ("a;'=1", "a;''=1"),
        ("030 1; +49 30 123456;-3.50", "030 1; +49 30 123456;-3.50"),
        ("a; b\nc - d; 'n Abend", "a; b\nc - d; 'n Abend"),
    ],
)
def test_a_formula_behind_a_sign_that_other_programs_divide_at_gets_one_too(text: str, safe: str) -> None:
    assert neutral(text) == safe and restore(safe) == text
    assert neutral_all([text, "x"]) == [safe, "x"]


@given(st.text() | st.text(alphabet="'=+-@ \t\r\n1a.,;＝"))
def test_a_neutral_text_is_restored_exactly(text: str) -> None:
    safe = neutral(text)
    assert restore(safe) == text
    assert safe[:1] not in ("=", "@", "\t", "\r", "\n")
    assert not any(piece[:1] in ("=", "@", "＝") for piece in re.split("[;\t\r\n]", safe))
    assert neutral_all([text, "a"]) == [safe, "a"]


@pytest.mark.parametrize("piece", ["'", " ", "+1", "1", "1.", "+1 ", "' ", ";", ";=", ";1."])
def test_a_megabyte_of_cell_takes_no_time(piece: str) -> None:
    started = time.process_time()
    for text in (piece * 500_000 + "x", "+" + piece * 500_000 + "x"):
        assert restore(neutral(text)) == text
    assert time.process_time() - started < 2


def test_tokens_are_long_different_and_kept_as_digests() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert digest("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert same("ä", "ä")
    assert not same("ä", "a")
