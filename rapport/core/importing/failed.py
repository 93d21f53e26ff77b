"""The rows of an import that failed, as a file like the one that was brought, with the reason of each.

Mended, it is imported again with the same columns: the column with the reason goes nowhere.
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from rapport.core.importing import runs, storing
from rapport.core.importing.models import ImportRun
from rapport.lib import table_vcard
from rapport.lib.csv_safe import neutral, restore
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import rows
from rapport.lib.table_kind import CSV, VCARD
from rapport.lib.table_workbook import LINE_SEPARATOR

_MOST_CELL = 32_767  # characters in a cell of a worksheet
_PIECE = 64 * 1024


class File(NamedTuple):
    """A file to be downloaded: its name, its type and its content in pieces."""

    name: str
    type: str
    pieces: Iterator[bytes]


def failed_file(run: ImportRun) -> File:
    """The rows that failed, in the format of the file: CSV as it was written, vCard, else a workbook."""
    name = f"failed-rows-{run.pk}"
    if run.file_kind == VCARD:
        return File(f"{name}.vcf", "text/vcard; charset=utf-8", _cards(run))
    if run.file_kind == CSV:
        return File(f"{name}.csv", "text/csv; charset=utf-8", _text(run))
    return File(f"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook(run))


def reason_titles() -> tuple[str, str]:
    """The titles of the two columns that are added: the line in the file, and why it failed."""
    return _("Line"), _("Why it failed")


def _failed(run: ImportRun) -> Iterator[list[str]]:
    """The header, then the cells of every row that failed, as they stood in the file."""
    reasons = dict(runs.failed_rows(run))
    width = len(run.format["header"])
    yield [*run.format["header"], *reason_titles()]
    try:
        for row in rows(storing.path_of(run), storing.format_of(run)):
            if row.line in reasons:
                cells = (row.cells + [""] * width)[:width]
                yield [*cells, str(row.line), reasons[row.line]]
    except BadTable:
        return


def _text(run: ImportRun) -> Iterator[bytes]:
    # In UTF-8 with a mark, whatever the file was: every program reads that, and it has all letters.
    mark = "\ufeff"
    for cells in _failed(run):
        line = io.StringIO()
        # As every file that we give out: no cell is a formula, and the import takes the apostrophe off again.
        csv.writer(line, delimiter=run.format["delimiter"]).writerow([neutral(restore(cell)) for cell in cells])
        yield (mark + line.getvalue()).encode()
        mark = ""


def _workbook(run: ImportRun) -> Iterator[bytes]:
    import xlsxwriter  # noqa: PLC0415 - a tenth of the time to start, and few ever ask for a workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with tempfile.TemporaryFile() as made:
        with xlsxwriter.Workbook(made, options) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate(_failed(run)):
                for place, text in enumerate(cells):
                    sheet.write_string(number, place, text.replace(LINE_SEPARATOR, "\n")[:_MOST_CELL])
        made.seek(0)
        while piece := made.read(_PIECE):
            yield piece


def _cards(run: ImportRun) -> Iterator[bytes]:
    # A card stands one line behind its number in the table, because of the header.
    reasons = {line - 1: reason for line, reason in runs.failed_rows(run)}
    pieces = table_vcard.with_reasons(storing.source_of(run), reasons.keys(), lambda number: reasons[number])
    for piece in pieces:
        yield piece.encode()
