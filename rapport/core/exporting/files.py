"""Writing the file, some records at a time, so that memory does not grow with its length."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.access.pages import ListQuery, Row, fetch, rows_matching
from rapport.core.access.visible import visible_to
from rapport.core.errors import BadQuery
from rapport.core.exporting.columns import columns, exported_fields, number_title
from rapport.core.fields import Field, Link
from rapport.core.fields.link import Target
from rapport.core.objects import registry
from rapport.lib.csv_safe import neutral

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
}
CHUNK = 500  # records read at once
_MOST_ROWS = 1_048_575  # of a worksheet, less its header
_MOST_CELL = 32_767  # characters in a cell of a worksheet


def export(actor: Actor, spec: "ObjectSpec", query: ListQuery, fmt: str, out: IO[bytes]) -> int:
    """Writes what matches and the actor may export into ``out``, oldest first; returns the number of records.

    Only fields the actor may read; a linked record the actor may not see is left empty. Texts that a spreadsheet
    could take for a formula are neutralised (CSV) or written as text (XLSX).
    """
    demand(actor, spec, "export")
    if fmt == "xlsx":
        return _workbook(actor, spec, query, out)
    count = 0
    for piece in pieces(actor, spec, query, fmt):
        out.write(piece)
        count += 1
    return count - (fmt == "csv")


def pieces(actor: Actor, spec: "ObjectSpec", query: ListQuery, fmt: str) -> Iterator[bytes]:
    """The bytes of a CSV (header first) or JSON Lines file, one record each. Rights are checked at the first."""
    demand(actor, spec, "export")
    if fmt not in ("csv", "jsonl"):
        raise BadQuery(
            _("There is no format “%(format)s”. Known: %(known)s.") % {"format": fmt, "known": ", ".join(FORMATS)}
        )
    fields = exported_fields(actor, spec)
    return _csv(actor, spec, query, fields) if fmt == "csv" else _jsonl(actor, spec, query, fields)


def _csv(actor: Actor, spec: "ObjectSpec", query: ListQuery, fields: list[Field]) -> Iterator[bytes]:
    made = columns(fields)
    # The mark lets Excel read the umlauts.
    yield codecs.BOM_UTF8 + _line([number_title(), *(column.title for column in made)])
    for row in _records(actor, spec, query, fields):
        yield _line([str(row.id), *(neutral(column.text(row.values)) for column in made)])


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _jsonl(actor: Actor, spec: "ObjectSpec", query: ListQuery, fields: list[Field]) -> Iterator[bytes]:
    for row in _records(actor, spec, query, fields):
        record = {"id": row.id, "title": row.title}
        record |= {field.key: _json(field, row.values[field.key]) for field in fields}
        yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json(field: Field, value: Any) -> Any:
    if isinstance(value, Target):
        return {"id": value.id, "title": value.title}
    return None if field.is_empty(value) and not isinstance(value, bool) else field.to_json(value)


def _workbook(actor: Actor, spec: "ObjectSpec", query: ListQuery, out: IO[bytes]) -> int:
    fields = exported_fields(actor, spec)
    made = columns(fields)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(str(spec.plural)[:31])
        sheet.freeze_panes(1, 0)
        for place, title in enumerate([number_title(), *(column.title for column in made)]):
            sheet.write_string(0, place, title)
        for row in _records(actor, spec, query, fields):
            if count == _MOST_ROWS:
                raise BadQuery(_("A worksheet holds at most 1,048,575 records. Narrow the list, or export it as CSV."))
            count += 1
            sheet.write_number(count, 0, row.id)
            for place, column in enumerate(made, start=1):
                if text := column.text(row.values):
                    sheet.write_string(count, place, text[:_MOST_CELL])
    return count


def _records(actor: Actor, spec: "ObjectSpec", query: ListQuery, fields: list[Field]) -> Iterator[Row]:
    """Everything that matches, in the order of the ids, read in chunks by key so that it takes no long transaction."""
    rows = rows_matching(actor, spec, query, action="export", by_id=True).order_by("pk")
    last = 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        last = ids[-1]
        found = fetch(spec, ids, fields)
        _hide_links(actor, fields, found)
        yield from found


def _hide_links(actor: Actor, fields: list[Field], rows: list[Row]) -> None:
    """A link names what it leads to only to those who may see that."""
    for field in fields:
        target = registry.find(field.to) if isinstance(field, Link) and field.to else None
        if target is None or actor.all_rights:
            continue
        ids = {value.id for row in rows if (value := row.values[field.key]) is not None}
        seen = set(visible_to(actor, target).filter(pk__in=ids).values_list("pk", flat=True))
        for row in rows:
            value = row.values[field.key]
            if value is not None and value.id not in seen:
                row.values[field.key] = None
