"""Reading the CSV files that people bring: finding out how they are written, and their rows one by one.

A file is never held in memory: ``sniff`` looks at its beginning, and once through all its bytes to be sure of the
encoding; ``rows`` streams. What is wrong with one row is said in that row; ``BadTable`` ends the reading.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.lib.table_encoding import BadTable, Encoding, find_encoding
from rapport.lib.wording import grouped

MOST_CELL = 1_000_000
MOST_ROW = 4_000_000
MOST_COLUMNS = 2_000
DELIMITERS = (",", ";", "\t", "|")
QUOTE = '"'
_SAMPLE_ROWS = 20
_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_CELL = 500
# What Excel writes into the first line to tell itself the delimiter.
_SEP = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)

# The limit is one for the process; all readers of this package want the same.
csv.field_size_limit(MOST_CELL)


@dataclass(frozen=True)
class TableFormat:
    """How a file is written.

    ``sample`` holds the first rows, their cells shortened. ``guessed``: encoding or delimiter may be another; show it
    to the person. ``replaced``: how many bytes mean nothing in the encoding and are read as "�".
    """

    encoding: str
    delimiter: str
    quote: str
    header: list[str]
    newline: str
    sample: list[list[str]]
    guessed: bool
    replaced: int = 0


@dataclass(slots=True)
class Row:
    """A row of a file: the number of its first line, its cells, about how many bytes were read so far.

    ``problem`` is a sentence on why the row cannot be trusted, or "". How many cells are right, the caller judges.
    """

    line: int
    cells: list[str]
    problem: str = ""
    offset: int = field(default=0, compare=False)


def sniff(path: Path, *, encoding: str = "", delimiter: str = "") -> TableFormat:
    """How the file is written; ``encoding`` and ``delimiter``, if given, are what a person has decided.

    ``BadTable`` with a sentence when the file is empty, is no text, or its first row is beyond all measure.
    """
    found = find_encoding(path, encoding)
    text = _beginning(path, found)
    told = _SEP.match(text)
    body = text[told.end() :] if told else text
    chosen, sure = (delimiter, True) if delimiter else (told[1], True) if told else _find_delimiter(body)
    layout = TableFormat(found.name, chosen, QUOTE, [], _newline(body), [], found.guessed or not sure, found.replaced)
    reading = _read(path, layout)
    header = next(reading, None)
    if header is None or not any(cell.strip() for cell in header.cells):
        raise BadTable(_("This file is empty: it has no row with the names of its columns."))
    if len(header.cells) >= MOST_COLUMNS and header.problem:
        raise BadTable(header.problem, line=header.line)
    sample = []
    for row in reading:
        sample.append([cell[:_SAMPLE_CELL] for cell in row.cells])
        if len(sample) == _SAMPLE_ROWS:
            break
    return TableFormat(
        layout.encoding,
        layout.delimiter,
        layout.quote,
        [" ".join(cell.split()) for cell in header.cells],
        layout.newline,
        sample,
        layout.guessed,
        layout.replaced,
    )


def rows(path: Path, format: TableFormat) -> Iterator[Row]:
    """The rows below the header, blank lines left out. ``BadTable`` where one is beyond all measure."""
    reading = _read(path, format)
    next(reading, None)
    return reading


class _Lines:
    """The physical lines of a file, with their number; never more than one row's worth of characters at a time."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.number = 0
        self.row_starts = 1
        self.row_size = 0
        self.ended = False
        self.has_nul = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(MOST_ROW + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        self.row_size += len(line)
        if self.row_size > MOST_ROW:
            raise BadTable(_too_large(self.row_starts), line=self.row_starts)
        if "\0" in line:
            self.has_nul = True
            return line.replace("\0", "")
        return line

    def begin_row(self) -> None:
        self.row_starts, self.row_size, self.has_nul = self.number + 1, 0, False


def _read(path: Path, format: TableFormat) -> Iterator[Row]:
    """All rows of the file, the header too."""
    with path.open("rb") as binary, io.TextIOWrapper(binary, format.encoding, "replace", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=format.delimiter, quotechar=format.quote, skipinitialspace=True)
        while True:
            lines.begin_row()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise BadTable(_too_large(lines.row_starts), line=lines.row_starts) from error
            if cells is None:
                return
            if not cells or (lines.number == 1 and _SEP.fullmatch(format.delimiter.join(cells))):
                continue
            yield _row(lines, cells, binary.tell())


def _row(lines: _Lines, cells: list[str], offset: int) -> Row:
    line = lines.row_starts
    problem = ""
    if lines.ended:
        # A complete row is given out before the next line is asked for; this one was cut off by the end of the file.
        problem = _(
            'The row that begins in line %(line)s has a quotation mark (") that is never closed, so all that follows '
            "was read as one cell. Close it, or double it if it belongs to the text."
        ) % {"line": line}
    elif lines.has_nul:
        problem = _("Line %(line)s has a NUL byte, so part of it may be lost. Export the file again.") % {"line": line}
    if len(cells) > MOST_COLUMNS:
        problem = _("Line %(line)s has %(count)s columns; at most 2,000 are possible.") % {
            "line": line,
            "count": grouped(len(cells)),
        }
        cells = cells[:MOST_COLUMNS]
    return Row(line, cells, problem, offset)


def _too_large(line: int) -> str:
    return _(
        "The row that begins in line %(line)s is too large: a cell holds at most 1 MB and a row 4 MB. Perhaps a "
        'quotation mark (") opens there that is never closed.'
    ) % {"line": line}


def _beginning(path: Path, found: Encoding) -> str:
    with path.open(encoding=found.name, errors="replace", newline="") as text:
        return text.read(_SAMPLE_CHARACTERS)


def _newline(text: str) -> str:
    """The line end used most at the beginning of the file."""
    both = text.count("\r\n")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    return max(counts, key=lambda newline: counts[newline])


def _find_delimiter(text: str) -> tuple[str, bool]:
    """The delimiter with which most rows have the same number of columns, and whether no other does as well.

    A file in which none parts the first row has one column; it is read with commas.
    """
    scored = []
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        if not widths or widths[0] < 2:
            continue
        body = widths[1:] or widths
        usual = max(set(body), key=body.count)
        if usual > 1:
            scored.append((body.count(usual) / len(body), widths[0], delimiter))
    if not scored:
        return ",", True
    scored.sort(key=lambda score: score[:2], reverse=True)
    share, _columns, best = scored[0]
    return best, share >= 0.5 and (len(scored) == 1 or scored[1][0] < share)


def _widths(text: str, delimiter: str) -> list[int]:
    """How many cells each of the first rows has, the last of a cut text left out."""
    widths: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=QUOTE, skipinitialspace=True)
    try:
        for cells in reader:
            if cells:
                widths.append(len(cells))
            if len(widths) > 100:
                return widths
    except csv.Error:
        return widths
    return widths[:-1] if len(text) == _SAMPLE_CHARACTERS and len(widths) > 1 else widths
