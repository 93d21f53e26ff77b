"""What goes into an archive, member by member, as far as its actor may export it."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

import orjson
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery
from rapport.core.access.visible import visible_to
from rapport.core.archives import layout
from rapport.core.archives.zipping import Member, Zip
from rapport.core.definitions import as_files
from rapport.core.definitions.models import FieldDef, ObjectDef
from rapport.core.errors import BadQuery
from rapport.core.exporting import files as tables
from rapport.core.exporting.reading import Reading
from rapport.core.files import storing
from rapport.core.files.models import File
from rapport.core.objects import registry
from rapport.core.records.among import among
from rapport.lib import workbook

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

TABLES = ("", "csv", "xlsx")  # what people may have besides the lines
_CHUNK = 1_000
_PIECE = 256 * 1024  # bytes of a file that are copied at once
Tick = Callable[[], None]  # called now and then: says how far it is, and ends it where it must end


@dataclass(frozen=True)
class Plan:
    """What an archive of this actor holds: every object that they may export. BadQuery where it cannot be made."""

    actor: Actor
    tables: str = ""
    with_files: bool = True

    def __post_init__(self) -> None:
        if self.tables not in TABLES:
            known = ", ".join(filter(None, TABLES))
            raise BadQuery(
                _("There is no format “%(format)s”. Known: %(known)s.") % {"format": self.tables, "known": known}
            )

    def specs(self) -> list["ObjectSpec"]:
        """The objects, in the order in which they can be brought in."""
        may = [spec for spec in registry.every() if level_of(self.actor, spec.key, "export") > Level.NONE]
        return layout.in_order(may)

    def check(self) -> None:
        """BadQuery for more than a worksheet takes, where worksheets are asked for."""
        for spec in self.specs() if self.tables == "xlsx" else ():
            first = visible_to(self.actor, spec, "export").order_by()[: workbook.MOST_ROWS + 1]
            if first.count() > workbook.MOST_ROWS:
                raise BadQuery(_("A worksheet holds at most 1,048,575 records. Choose CSV."))

    def total(self) -> int:
        """How many records and files there are at this moment."""
        count = sum(visible_to(self.actor, spec, "export").count() for spec in self.specs())
        count *= 2 if self.tables else 1
        return count + (File.objects.filter(trashed_at=None).count() if self.with_files else 0)

    def write(self, out: Zip, tick: Tick) -> list[int]:
        """Writes what is not in it yet; returns the ids of files whose bytes were not there."""
        written = {entry.path for entry in out.entries}
        for path, fill in self._members():
            if path not in written:
                with out.member(path) as member:
                    fill(member, tick)
                tick()
        return self._write_files(out, written, tick) if self.with_files else []

    # ------------------------------------------------------------ lines and tables
    def _members(self) -> Iterator[tuple[str, Callable[[Member, Tick], None]]]:
        yield layout.USERS, _users
        yield layout.TEAMS, _teams
        yield layout.OBJECTS, self._objects
        yield layout.FIELDS, self._fields
        for spec in self.specs():
            yield layout.records(spec.key), self._records(spec)
            if self.tables:
                yield layout.table(spec, self.tables), self._table(spec)
        if self.with_files:
            yield layout.FILES, self._file_lines

    def _objects(self, member: Member, _tick: Tick) -> None:
        kinds = {spec.key for spec in self.specs()}
        for row in ObjectDef.objects.filter(archived_at=None, key__in=kinds).order_by("pk"):
            _line(member, as_files.object_to_json(row))

    def _fields(self, member: Member, _tick: Tick) -> None:
        kinds = {spec.key: readable_fields(self.actor, spec) for spec in self.specs()}
        for row in FieldDef.objects.filter(archived_at=None).order_by("kind", "position", "pk"):
            if row.key in kinds.get(row.kind, ()):
                _line(member, as_files.to_json(row))

    def _records(self, spec: "ObjectSpec") -> Callable[[Member, Tick], None]:
        known = readable_fields(self.actor, spec).values()
        # What was set, not what follows from it where nothing was.
        fields = [replace(field, column=field.kept_in) if field.kept_in else field for field in known]
        lines = tables.Jsonl(fields, locale_of(self.actor))

        def fill(member: Member, tick: Tick) -> None:
            for chunk in Reading(self.actor, spec, ListQuery(), fields).chunks():
                member.write(lines.rows(chunk, member.rows), len(chunk.ids))
                tick()

        return fill

    def _table(self, spec: "ObjectSpec") -> Callable[[Member, Tick], None]:
        def fill(member: Member, tick: Tick) -> None:
            made = tables.plan(self.actor, spec, ListQuery(), self.tables)
            if self.tables == "csv":
                _lines(made, member.write, tick)
                return
            with tempfile.TemporaryFile() as sheet, tempfile.TemporaryFile() as book:
                member.rows = _lines(made, lambda piece, _rows: sheet.write(piece), tick)
                sheet.seek(0)
                tables.finish(made, sheet, book)
                book.seek(0)
                for piece in _pieces(book):
                    member.write(piece)

        return fill

    # ------------------------------------------------------------ files
    def _file_lines(self, member: Member, tick: Tick) -> None:
        for kept, kind in self._files():
            told = {"id": kept.pk, "record": kept.record_id, "kind": kind, "field": kept.field_key, "name": kept.name,
                    "size": kept.size, "sha256": kept.sha256, "added_at": kept.added_at.isoformat()}  # fmt: skip
            _line(member, told)
            tick()

    def _write_files(self, out: Zip, written: set[str], tick: Tick) -> list[int]:
        missing = []
        for kept, _kind in self._files():
            path = layout.file(kept.pk)
            if path in written:
                continue
            try:
                source = storing.path_of(kept.stored_name).open("rb")
            except FileNotFoundError:
                missing.append(kept.pk)
                continue
            with source, out.member(path, packed=False) as member:
                for piece in _pieces(source):
                    member.write(piece)
            tick()
        return missing

    def _files(self) -> Iterator[tuple[File, str]]:
        """The files of records in the archive, with the kind of their record, in the order of their ids."""
        specs = {spec.key: spec for spec in self.specs()}
        readable = {key: readable_fields(self.actor, spec) for key, spec in specs.items()}
        after = 0
        while found := list(
            File.objects.filter(pk__gt=after, trashed_at=None).select_related("record").order_by("pk")[:_CHUNK]
        ):
            after = found[-1].pk
            seen: set[int] = set()
            for kind, spec in specs.items():
                if ids := [kept.record_id for kept in found if kept.record.kind == kind]:
                    rows = visible_to(self.actor, spec, "export").filter(among("pk", ids))
                    seen.update(rows.values_list("pk", flat=True))
            for kept in found:
                kind = kept.record.kind
                if kept.record_id in seen and (not kept.field_key or kept.field_key in readable[kind]):
                    yield kept, kind


def _users(member: Member, _tick: Tick) -> None:
    for pk, email, name in User.objects.order_by("pk").values_list("pk", "email", "name"):
        _line(member, {"id": pk, "email": email, "name": name})


def _teams(member: Member, _tick: Tick) -> None:
    names = dict(Team.objects.values_list("pk", "name"))
    for pk, path in Team.objects.order_by("path").values_list("pk", "path"):
        _line(member, {"id": pk, "names": [names[int(part)] for part in path.split("/") if part]})


def _line(member: Member, told: object) -> None:
    member.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE), 1)


def _lines(made: tables.Plan, write: Callable[[bytes, int], object], tick: Tick) -> int:
    """Writes a table, each piece with the number of its rows; returns how many there are."""
    write(made.lines.begin(), 0)
    done = 0
    for chunk in made.reading.chunks():
        write(made.lines.rows(chunk, done), len(chunk.ids))
        done += len(chunk.ids)
        tick()
    write(made.lines.end(), 0)
    return done


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
