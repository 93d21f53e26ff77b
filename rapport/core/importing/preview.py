"""The first rows of a file as they will be read, before anything is imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.fields import Address, Field, Locale, User
from rapport.core.importing import runs, storing
from rapport.core.importing.cells import Columns, Take
from rapport.core.importing.models import ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.reading import Line
from rapport.core.importing.targets import Target
from rapport.lib.csv_safe import restore
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import Row, rows
from rapport.lib.table_kind import CSV

ROWS = 5
_CELL = 120  # characters shown of a cell


@dataclass(frozen=True)
class Cell:
    """What a cell will be: its value as people read it, or the problem with it."""

    text: str = ""
    problem: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file: its line, its cells in the order of the columns, or what is wrong with all of it."""

    line: int
    cells: list[Cell] = field(default_factory=list)
    problem: str = ""


def raw_rows(run: ImportRun, most: int = ROWS) -> list[Row]:
    """The first rows as they stand in the file; none if it is gone or cannot be read."""
    try:
        return list(islice(rows(storing.path_of(run), storing.format_of(run)), most))
    except (BadTable, OSError):
        return []


def preview(
    actor: Actor, run: ImportRun, chosen: Mapping[int, Target], options: Options, found: Sequence[Row]
) -> list[PreviewRow]:
    """How the rows are read with these columns and options."""
    spec, locale = runs.spec_of(run), locale_of(actor)
    makes = Columns(spec, locale, options)
    takes = {number: (target, makes.take(target)) for number, target in chosen.items()}
    escaped = run.file_kind == CSV
    shown = []
    for row in found:
        if row.problem:
            shown.append(PreviewRow(row.line, problem=row.problem))
            continue
        cells = [
            _cell(target, take, row.cells[number] if number < len(row.cells) else "", locale, spec.by_key, escaped)
            for number, (target, take) in takes.items()
        ]
        shown.append(PreviewRow(row.line, cells))
    return shown


def _cell(target: Target, take: Take, raw: str, locale: Locale, fields: Mapping[str, Field], escaped: bool) -> Cell:
    text = (restore(raw) if escaped else raw).strip()
    if not text:
        return Cell()
    line = Line(0)
    try:
        take(line, text)
    except (ValueError, OverflowError) as error:
        return Cell(text[:_CELL], str(error))
    known = target.known
    if target.inner and known and target.field:
        return Cell(_words(known, target.inner.part, line.within(target.field.key).values, locale)[:_CELL])
    if known is None or isinstance(known, User) or line.links:
        words = [fields[key].to_text(value) for key, value in line.values.items()] if target.combined else [text]
        return Cell(" · ".join(filter(None, words))[:_CELL])
    return Cell(_words(known, target.part, line.values, locale)[:_CELL])


def _words(known: Field, part: str, values: Mapping[str, Any], locale: Locale) -> str:
    if known.key not in values:
        return ""
    value = values[known.key]
    return str(value.get(part, "")) if isinstance(known, Address) else known.cell(value, locale).text
