"""Lines of JSON as a table: what an export as JSONL wrote becomes the table that an export of the same as CSV writes.

Lines of other systems are read, too: each key is a column, in the order in which keys come; what is no plain value is
written as JSON.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.exporting.columns import Column, columns, exported_fields, number_title
from rapport.core.exporting.reading import Chunk, links_many
from rapport.core.fields import Field, Link, Links
from rapport.core.fields.link import Target
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_workbook import LINE_SEPARATOR

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

AT_ONCE = 1_000  # lines
_OURS = {"id", "title"}  # what each line of an export of ours has

Line = Mapping[str, Any]


def convert(actor: Actor, spec: "ObjectSpec", source: Path, target: Path) -> None:
    """Writes the lines as CSV, UTF-8 with commas; the line n stands in line n + 1. ``BadTable`` for what is no JSON
    object in each line.
    """
    keys: dict[str, None] = {}
    is_ours = True
    for line in _lines(source):
        keys.update(dict.fromkeys(line))
        is_ours = is_ours and line.keys() >= _OURS
    known = {field.key: field for field in exported_fields(actor, spec)} if is_ours else {}
    fields = [known[key] for key in keys if key in known]
    others = [key for key in keys if key not in known and not (is_ours and key in _OURS)]
    made = columns(fields, locale_of(actor))
    header = [*([number_title()] if is_ours else []), *(column.title for column in made), *others]
    lines = _lines(source)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        done = 0
        while some := list(islice(lines, AT_ONCE)):
            for row in _rows(some, fields, made, others, is_ours=is_ours, after=done):
                writer.writerow([_cell(text) for text in row])
            done += len(some)


def _lines(source: Path) -> Iterator[Line]:
    with source.open("rb") as binary:
        for number, raw in enumerate(binary, 1):
            text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if not text.strip():
                raise BadTable(
                    _("Line %(line)s is empty. Each line holds one JSON object.") % {"line": number}, line=number
                )
            try:
                line = orjson.loads(text)
            except orjson.JSONDecodeError:
                line = None
            if not isinstance(line, dict):
                raise BadTable(
                    _("Line %(line)s is no JSON object. Each line holds one, as an export as JSONL writes it.")
                    % {"line": number},
                    line=number,
                )
            yield line


def _rows(
    some: Sequence[Line], fields: Sequence[Field], made: Sequence[Column], others: Sequence[str], *,
    is_ours: bool, after: int,
) -> Iterator[Sequence[str]]:  # fmt: skip
    names: dict[tuple[str, int], str] = {}
    values = {field.key: [_value(field, line, after + place, names) for place, line in enumerate(some, 1)]
              for field in fields}  # fmt: skip
    chunk = Chunk([0] * len(some), [""] * len(some), values, names)
    texts = [column.texts(chunk) for column in made]
    for place, line in enumerate(some):
        own = [_plain(line["id"])] if is_ours else []
        yield [*own, *(column[place] for column in texts), *(_plain(line.get(key)) for key in others)]


def _value(field: Field, line: Line, number: int, names: dict[tuple[str, int], str]) -> Any:
    """The value that an export wrote, as the field has it."""
    told = line.get(field.key)
    if told is None:
        return field.nothing()
    try:
        if isinstance(field, Link):
            return Target(told["id"], told["title"])
        if isinstance(field, Links):
            return [Target(item["id"], item["title"], item.get("label") or "") for item in told]
        if links_many(field):
            return [_named(field, item, names) for item in told]
        return field.from_json(told)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        sentence = _("Line %(line)s: “%(key)s” is not written as an export of Rapport writes it.")
        raise BadTable(sentence % {"line": number, "key": field.key}, line=number) from error


def _named(field: Field, told: Any, names: dict[tuple[str, int], str]) -> Any:
    item = {key: value for key, value in told.items() if key != "title"}
    value = item["id"] if item.keys() == {"id"} else item
    names[field.targets([value])[0]] = told["title"]
    return value


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _cell(text: Any) -> str:
    return str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", LINE_SEPARATOR).replace("\0", "")
