"""The lines of a run, read from its file: what the columns mean, and each row as a line."""

from collections.abc import Iterator
from typing import NamedTuple

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.importing import mapping, runs, storing
from rapport.core.importing.models import ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.reading import Line, Reader
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import Row, rows
from rapport.lib.table_kind import CSV
from rapport.lib.table_workbook import LINE_SEPARATOR


class Read(NamedTuple):
    """A line, and about how many bytes of the file had been read when it ended."""

    line: Line
    offset: int


class Source:
    """The file of a run, as ``actor`` may import it. ``error`` is why it could not be read to its end, or ""."""

    def __init__(self, actor: Actor, run: ImportRun) -> None:
        self.run, self.error = run, ""
        spec = runs.spec_of(run)
        columns = runs.columns_of(run)
        self.targets = mapping.check(actor, spec, columns)
        mapping.check_match(actor, spec, columns, run.match)
        self.saver = spec.saver(spec, actor, locale_of(actor))
        self._reader = Reader(
            actor, spec, self.targets, len(run.format["header"]), run.match, self.saver, Options.of(run.options),
            escaped=run.file_kind == CSV,
        )  # fmt: skip

    def lines(self, after: int) -> Iterator[Read]:
        """The lines behind the line ``after``."""
        for row in self._rows():
            if row.line > after:
                if self.run.file_kind != CSV:  # its table is our own, in which a record is one line
                    row.cells = [cell.replace(LINE_SEPARATOR, "\n") for cell in row.cells]
                yield Read(self._reader.read(row), row.offset)

    def _rows(self) -> Iterator[Row]:
        last = 0
        try:
            for row in rows(storing.path_of(self.run), storing.format_of(self.run)):
                last = row.line
                yield row
        except BadTable as bad:
            self.error = bad.message
            yield Row(max(bad.line, last + 1), [], bad.message)
