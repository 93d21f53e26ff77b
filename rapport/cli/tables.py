"""``rapport import``, ``export`` and ``undo``: table files in and out, and acts taken back."""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rapport.cli import Problem, everything

if TYPE_CHECKING:
    from rapport.accounts.actor import Actor
    from rapport.core.importing.models import ImportRun
    from rapport.core.importing.running import Report
    from rapport.core.objects.spec import ObjectSpec

FORMATS = ("csv", "xlsx", "jsonl")
_SAID_EVERY = 10_000  # changes between two lines of progress


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    importer = subparsers.add_parser("import", help="import a CSV, XLSX, ODS, vCard or JSONL file")
    importer.add_argument("kind", metavar="KIND", nargs="?", help="what the file holds: person, company, …")
    importer.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the file")
    importer.add_argument(
        "--map", type=Path, metavar="FILE", help="which column goes where: JSON, or lines “column: field”"
    )
    importer.add_argument(
        "--match", metavar="FIELD", help="find records by this field (default: email); “none” for new records only"
    )
    importer.add_argument(
        "--mode", choices=("both", "create", "update"), default="both", help="what rows may do (default: both)"
    )
    importer.add_argument("--sheet", metavar="NAME", default="", help="of a workbook (default: the first with cells)")
    importer.add_argument("--source", metavar="NAME", default="", help="the system whose numbers the file carries")
    importer.add_argument(
        "--lenient", action="store_true", help="leave out cells that cannot be read, instead of failing their rows"
    )
    importer.add_argument("--resume", metavar="RUN", type=int, help="go on with an import that was broken off")
    importer.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    importer.add_argument(
        "--everything", type=Path, metavar="FILE.zip", help="an archive that export --everything wrote, with its files"
    )
    importer.add_argument("--json", action="store_true", help="print the result as one JSON object")
    _add_as(importer)
    importer.set_defaults(command=import_command)
    exporter = subparsers.add_parser("export", help="export all records of a kind, or everything")
    exporter.add_argument("kind", metavar="KIND", nargs="?", help="what to export: person, company, …")
    exporter.add_argument("--everything", action="store_true", help="all objects with their files, in one archive")
    exporter.add_argument(
        "--tables", choices=("csv", "xlsx"), default="", help="with --everything: tables for people to read, too"
    )
    exporter.add_argument("--without-files", action="store_true", help="with --everything: leave the files out")
    exporter.add_argument("--format", choices=FORMATS, default=None, help="default: as the file is called, else csv")
    exporter.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    exporter.add_argument("--columns", default="", metavar="A,B,…", help="these fields only, by key (default: all)")
    exporter.add_argument(
        "--manifest", action="store_true", help="write FILE.manifest.json beside it: counts and SHA-256"
    )
    _add_as(exporter)
    exporter.set_defaults(command=export_file)
    undoer = subparsers.add_parser("undo", help="take an act back, for example an import")
    undoer.add_argument("act", metavar="ACT", type=int, help="number of the act, as the import printed it")
    undoer.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    _add_as(undoer)
    undoer.set_defaults(command=undo_act)


def import_command(options: argparse.Namespace) -> int:
    """Import a file, or an archive."""
    return everything.bring_in(options, acting_as) if options.everything else import_file(options)


def import_file(options: argparse.Namespace) -> int:
    """Import a file; 0 if every row got in, 1 if some failed."""
    from rapport.cli.preparing import prepare
    from rapport.core.errors import Conflict, Refused
    from rapport.core.importing import running, runs

    if options.resume and options.dry_run:
        raise Problem("An import that goes on cannot be tried. Leave out --dry-run or --resume.")
    prepare()
    actor = acting_as(options)
    run = runs.take_over(actor, options.resume) if options.resume else _new_run(actor, options)
    if not options.dry_run and not options.json:
        print(f"If this is broken off: rapport import --resume {run.pk}", file=sys.stderr)
    try:
        report = running.run(actor, run.pk, dry_run=options.dry_run)
    except Conflict:
        raise  # somebody else has it now, and reads its file
    except Refused as refused:
        if not options.resume:  # whatever else breaks it off, it can go on
            runs.break_off(run.pk, refused.message)
        raise
    halted = bool(report.halted)
    if not halted:
        runs.discard(run.pk)
    if options.json:
        print(json.dumps(report.as_json()))
    else:
        _tell(report, runs.ignored(run), dry_run=options.dry_run)
    if report.error:
        print(report.error, file=sys.stderr)
    if halted:
        print(f"Stopped by somebody. To go on: rapport import --resume {run.pk}", file=sys.stderr)
    return 1 if report.counts["failed"] or halted else 0


def _new_run(actor: "Actor", options: argparse.Namespace) -> "ImportRun":
    """A draft of the file, with the columns, the match and the mode that the command names."""
    from rapport.core.importing import preparing, runs
    from rapport.core.importing.options import Options

    if not options.kind or options.file is None:
        raise Problem("Say what the file holds and which file it is: rapport import person FILE.")
    spec = _spec(options.kind)
    if not options.file.is_file():
        raise Problem(f"There is no file “{options.file}”.")
    wanted = _mapping(options.map) if options.map else None
    run = preparing.prepare(actor, spec, options.file, options.file.name, sheet=options.sheet)
    try:
        match: Any = runs.USUAL if options.match is None else "" if options.match == "none" else options.match
        settled = Options.of({**run.options, "lenient": options.lenient, "source": options.source})
        columns = runs.columns_of(run) if wanted is None else runs.columns_by_header(actor, run, wanted)
        keep = match is runs.USUAL and wanted is None
        return runs.choose(actor, run.pk, columns, run.match if keep else match, mode=options.mode, options=settled)
    except BaseException:
        runs.discard(run.pk)
        raise


def export_file(options: argparse.Namespace) -> int:
    """Export everything of a kind that the actor may export, or everything there is."""
    if options.everything:
        return everything.take_out(options, acting_as)
    if not options.kind:
        raise Problem("Say what to export: rapport export person, or rapport export --everything --out FILE.zip.")
    from rapport.cli.preparing import prepare
    from rapport.core.access.pages import ListQuery
    from rapport.core.exporting.files import export

    prepare()
    actor, spec = acting_as(options), _spec(options.kind)
    suffix = options.out.suffix.lstrip(".").lower() if options.out else ""
    fmt = options.format or (suffix if suffix in FORMATS else "csv")
    chosen = [key.strip() for key in options.columns.split(",") if key.strip()]
    if options.out is None:
        if options.manifest:
            raise Problem("A manifest stands beside a file. Name one with --out FILE.")
        if fmt == "xlsx" and sys.stdout.isatty():
            raise Problem("A workbook cannot be shown in a terminal. Name a file with --out FILE.")
        _write(sys.stdout.buffer, lambda out: export(actor, spec, ListQuery(), fmt, out, chosen))
        return 0
    with options.out.open("wb") as out:
        count = export(actor, spec, ListQuery(), fmt, out, chosen)
    if options.manifest:
        _write_manifest(options.out, {"kind": spec.key, "format": fmt, "columns": chosen or "all", "records": count})
    print(f"{count:,} records in {options.out}.")
    return 0


def _write_manifest(path: Path, told: dict[str, Any]) -> None:
    """Beside the file, what it holds and by which it is known again."""
    from rapport.lib import clock

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found = {"file": path.name, **told, "bytes": path.stat().st_size, "sha256": digest, "at": clock.now().isoformat()}
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    path.with_name(f"{path.name}.manifest.json").write_text(text, encoding="utf-8")


def undo_act(options: argparse.Namespace) -> int:
    """Take an act back; 1 if something of it had to stay."""
    from rapport.cli.preparing import prepare
    from rapport.core.changes.undo import size_of, undo, undoable

    prepare()
    actor = acting_as(options)
    if options.dry_run:
        return _preview(actor, options.act)
    total = size_of(undoable(actor, options.act))
    began = time.monotonic()
    said = 0

    def progress(count: int) -> None:
        nonlocal said
        if sys.stderr.isatty() and count - said >= _SAID_EVERY:
            said = count
            rate = count / max(time.monotonic() - began, 0.001)
            print(f"{count:,} of {total:,}, {rate:,.0f} a second", file=sys.stderr)

    done = undo(actor, options.act, progress=progress)
    print(f"Undone: {done.trashed:,} moved to the trash, {done.changed:,} changed back, {done.restored:,} restored.")
    _tell_left(done.left, done.left_count)
    print(f"To take the undo back: rapport undo {done.act.pk}")
    return 1 if done.left_count else 0


def _preview(actor: "Actor", act_id: int) -> int:
    """Say what an undo would do; 1 if something of it would have to stay."""
    from rapport.core.changes.preview import preview

    found = preview(actor, act_id, seconds=10)
    more = "" if found.is_complete else "more than "
    print(
        f"Would move {more}{found.trashed:,} to the trash, change {more}{found.changed:,} back and "
        f"restore {more}{found.restored:,}; {more}{found.left_count:,} would stay. Nothing was written."
    )
    if not found.is_complete:
        print(f"Looked at {found.seen:,} of about {found.total:,} changes.")
    _tell_left([told.sentence + (f" ({told.by})" if told.by else "") for told in found.left], found.left_count)
    return 1 if found.left_count else 0


def _tell_left(sentences: list[str], count: int) -> None:
    for sentence in sentences[:20]:
        print(f"  left: {sentence}")
    if count > len(sentences[:20]):
        print(f"  … and {count - len(sentences[:20]):,} more.")


def _write(out: IO[bytes], work: Any) -> None:
    work(out)
    out.flush()


def _tell(report: "Report", ignored: list[str], *, dry_run: bool) -> None:
    counts = report.counts
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("created", "updated", "unchanged", "skipped", "failed"))
    print(f"{counts['rows']:,} rows in {report.seconds:.1f} s: {said}.{' Nothing was written.' if dry_run else ''}")
    if ignored:
        print(f"Not imported: the columns {', '.join(ignored)}.")
    for line, reason in report.problems:
        print(f"  line {line}: {reason}")
    if counts["failed"] > len(report.problems):
        print(f"  … and {counts['failed'] - len(report.problems):,} more.")
    if report.act:
        print(f"To take it back: rapport undo {report.act}")


def _add_as(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="as_user", metavar="EMAIL", help="act as this user, with this user's rights")


def acting_as(options: argparse.Namespace) -> "Actor":
    """Whom the command acts as: the house, or the user who was named."""
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User

    if not options.as_user:
        return Actor.system(via="command")
    user = (
        User.objects.select_related("role", "team")
        .filter(email=options.as_user.strip().lower(), is_active=True)
        .first()
    )
    if user is None:
        raise Problem(f"There is no user “{options.as_user}” who may sign in.")
    return Actor.of(user, via="command")


def _spec(kind: str) -> "ObjectSpec":
    from rapport.core.objects import registry

    spec = registry.find(kind)
    if spec is None:
        known = ", ".join(spec.key for spec in registry.every())
        raise Problem(f"There is no object “{kind}”. Known are: {known}.")
    return spec


def _mapping(path: Path) -> Mapping[str, str]:
    """``{column: field}`` from JSON or from lines “column: field”; an empty field leaves the column out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"The mapping “{path}” cannot be read as a text file.") from error
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except ValueError as error:
            raise Problem(f"The mapping “{path}” is not valid JSON: {error}.") from error
        if not all(isinstance(field, str | None) for field in found.values()):
            raise Problem(f'The mapping “{path}” must be {{"column": "field"}} with texts only.')
        return {str(column): field or "" for column, field in found.items()}
    wanted: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        column, colon, field = line.rpartition(":")
        if not colon:
            raise Problem(f"Line {number} of “{path}” has no colon. Write “column: field”.")
        wanted[column.strip()] = field.strip()
    return wanted
