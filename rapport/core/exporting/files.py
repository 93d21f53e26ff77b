"""Writing the file, some records at a time, so that memory does not grow with its length."""

import codecs
import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Protocol

import orjson
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.pages import ListQuery
from rapport.core.audit.notes import note
from rapport.core.errors import BadQuery
from rapport.core.exporting.columns import as_json, columns, exported_fields, number_title
from rapport.core.exporting.reading import Chunk, Reading
from rapport.core.fields import Field, Locale
from rapport.lib import workbook
from rapport.lib.calm import calm
from rapport.lib.csv_safe import neutral_all

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
}


class Lines(Protocol):
    """A format as pieces that are written one behind the other: ``begin``, ``rows`` for each chunk, ``end``."""

    def begin(self) -> bytes: ...
    def rows(self, chunk: Chunk, done: int) -> bytes: ...
    def end(self) -> bytes: ...


class Csv:
    """Comma separated, as RFC 4180 says. Texts that a spreadsheet could take for a formula are neutralised."""

    def __init__(self, fields: Sequence[Field], locale: Locale) -> None:
        self.columns = columns(fields, locale)

    def begin(self) -> bytes:
        # The mark lets Excel read the umlauts.
        return codecs.BOM_UTF8 + _lines([[number_title(), *(column.title for column in self.columns)]])

    @calm()
    def rows(self, chunk: Chunk, done: int) -> bytes:
        return _lines(zip(chunk.ids, *(neutral_all(column.texts(chunk)) for column in self.columns), strict=True))

    def end(self) -> bytes:
        return b""


class Xlsx(Csv):
    """The sheet of a workbook; :func:`finish` makes the workbook. Cells are texts and numbers, never formulas."""

    def begin(self) -> bytes:
        return workbook.head([number_title(), *(column.title for column in self.columns)])

    @calm()
    def rows(self, chunk: Chunk, done: int) -> bytes:
        if done + len(chunk.ids) > workbook.MOST_ROWS:
            raise BadQuery(_("A worksheet holds at most 1,048,575 records. Narrow the list, or export it as CSV."))
        cells = [column.texts(chunk) for column in self.columns]
        numbers = [True, *(column.number for column in self.columns)]
        return workbook.rows([list(map(str, chunk.ids)), *cells], numbers, first=done + 2)

    def end(self) -> bytes:
        return workbook.TAIL


class Jsonl:
    """One JSON object a line, with the fields under their keys and links as ``{"id", "title"}``."""

    def __init__(self, fields: Sequence[Field], locale: Locale) -> None:
        self.fields = fields

    def begin(self) -> bytes:
        return b""

    @calm()
    def rows(self, chunk: Chunk, done: int) -> bytes:
        keys = ("id", "title", *(field.key for field in self.fields))
        made = [as_json(field, chunk) for field in self.fields]
        found = zip(chunk.ids, chunk.titles, *made, strict=True)
        return b"".join(
            [orjson.dumps(dict(zip(keys, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for row in found]
        )

    def end(self) -> bytes:
        return b""


_LINES: dict[str, type[Csv] | type[Jsonl]] = {"csv": Csv, "xlsx": Xlsx, "jsonl": Jsonl}


@dataclass(frozen=True)
class Plan:
    """What is exported for whom and how. Making one checks the rights, the query and the columns."""

    spec: "ObjectSpec"
    format: str
    reading: Reading
    lines: Lines


def plan(actor: Actor, spec: "ObjectSpec", query: ListQuery, fmt: str, chosen: Sequence[str] = ()) -> Plan:
    """The plan of an export of the fields ``chosen`` (none: all). NotAllowed or BadQuery where it cannot be."""
    demand(actor, spec, "export")
    if fmt not in FORMATS:
        raise BadQuery(
            _("There is no format “%(format)s”. Known: %(known)s.") % {"format": fmt, "known": ", ".join(FORMATS)}
        )
    fields = exported_fields(actor, spec, chosen)
    return Plan(spec, fmt, Reading(actor, spec, query, fields), _LINES[fmt](fields, locale_of(actor)))


def pieces(made: Plan) -> Iterator[tuple[bytes, int]]:
    """The parts of the file (for a workbook: of its sheet), each with the number of records written so far.

    The audit learns of it before the first part leaves the house.
    """
    tell_of(made)
    yield made.lines.begin(), 0
    done = 0
    for chunk in made.reading.chunks():
        piece = made.lines.rows(chunk, done)
        done += len(chunk.ids)
        yield piece, done
    yield made.lines.end(), done


def tell_of(made: Plan) -> None:
    """Notes in the audit who takes which columns of what. The filter is not kept: it may hold values of people."""
    reading = made.reading
    columns_ = [known.key for known in reading.fields]
    data = {"kind": made.spec.key, "format": made.format, "columns": columns_}
    note(reading.actor, "export.made", data, label=f"{made.spec.path}.{made.format}")


def export(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, fmt: str, out: IO[bytes], chosen: Sequence[str] = ()
) -> int:
    """Writes what matches and the actor may export into ``out``, oldest first; returns the number of records.

    Only fields the actor may read; a linked record the actor may not see is left empty.
    """
    made = plan(actor, spec, query, fmt, chosen)
    if fmt != "xlsx":
        return _write(made, out)
    with tempfile.TemporaryFile() as sheet:
        count = _write(made, sheet)
        sheet.seek(0)
        finish(made, sheet, out)
    return count


def finish(made: Plan, sheet: IO[bytes], out: IO[bytes]) -> None:
    """Makes a workbook of its finished sheet."""
    workbook.pack(sheet, str(made.spec.plural), out)


def _write(made: Plan, out: IO[bytes]) -> int:
    count = 0
    for piece, done in pieces(made):
        out.write(piece)
        count = done
    return count


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
