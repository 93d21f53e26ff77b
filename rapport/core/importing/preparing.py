"""From the file that somebody brought to a draft: what it is, the table in it, a look at its values, a first mapping.

What takes no time is done at once; workbooks, vCard files, lines of JSON and long tables are read by the worker (state
``reading``).
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.access.levels import demand, locale_of
from rapport.core.errors import Invalid
from rapport.core.importing import json_lines, keeping, looking, mapping, proposing, runs, storing, systems
from rapport.core.importing.models import ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.targets import targets
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Cancelled, JobAtWork, Progress, job
from rapport.core.jobs.models import Job
from rapport.lib import clock, table_vcard, table_workbook
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import TableFormat, sniff
from rapport.lib.table_kind import CSV, JSONL, VCARD, kind_of

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

AT_ONCE_BYTES = 2_000_000  # tables up to this size are looked through while the person waits
_PLAIN = ("utf-8", ",")  # how tables are written that were made of other files


def prepare(
    actor: Actor,
    spec: "ObjectSpec",
    path: Path,
    file_name: str,
    *,
    sheet: str = "",
    parent: ImportRun | None = None,
    thorough: bool = False,
) -> ImportRun:
    """Keeps the file and makes a draft with a guess of format, columns and match. Invalid if it is no table.

    Reads all of it before it returns; for people who wait see :func:`prepare_later`. With ``parent`` the columns and
    choices are those of that run, whose rows the file mends. ``thorough``: look at the values of every column, as
    somebody will choose what they mean.
    """
    run = _keep(actor, spec, path, file_name, parent)
    try:
        return read(actor, run, thorough=thorough, sheet=sheet)
    except Invalid:
        storing.forget(run)
        run.delete()
        raise


def prepare_later(
    actor: Actor, spec: "ObjectSpec", path: Path, file_name: str, *, parent: ImportRun | None = None
) -> ImportRun:
    """As :func:`prepare`; what takes time is left to the worker, and the run is in the state ``reading`` until then."""
    if kind_of_file(path) == CSV and path.stat().st_size <= AT_ONCE_BYTES:
        return prepare(actor, spec, path, file_name, parent=parent, thorough=True)
    if kind_of_file(path) == CSV:
        _layout(path, "", "")  # what is wrong with the beginning is said at once
    with transaction.atomic():
        run = _keep(actor, spec, path, file_name, parent)
        run.job = queue.enqueue("import.read", {"run": run.pk}, actor)
        run.save(update_fields=["job"])
    return run


def kind_of_file(path: Path) -> str:
    """CSV, workbook, vCard or lines of JSON; Invalid with a sentence for what is none of them."""
    try:
        return kind_of(path)
    except BadTable as bad:
        raise Invalid({"file": [bad.message]}) from bad


def reread(actor: Actor, run_id: int, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> ImportRun:
    """Reads the file of a draft anew: in an encoding and with a delimiter that somebody chose ("": guess), or another
    sheet of a workbook. What takes time is left to the worker; the run is in the state ``reading`` until then.
    """
    run = runs.get_draft(actor, run_id)
    is_text = run.file_kind == CSV
    if not is_text and sheet in ("", Options.of(run.options).sheet):
        return run
    how = {"encoding": encoding, "delimiter": delimiter} if is_text else {"sheet": sheet}
    if is_text and storing.path_of(run).stat().st_size <= AT_ONCE_BYTES:
        return read(actor, run, encoding=encoding, delimiter=delimiter)
    with transaction.atomic():
        run.state = "reading"
        run.job = queue.enqueue("import.read", {"run": run.pk, "how": how}, actor)
        run.save(update_fields=["state", "job"])
    return run


def read(
    actor: Actor,
    run: ImportRun,
    progress: Progress | None = None,
    *,
    thorough: bool = True,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
) -> ImportRun:
    """Makes the table of a run, looks through it and turns the run into a draft. Invalid if there is no table in it;
    then the run is as it was.
    """
    before = run.stored_name
    try:
        _read(actor, run, progress, thorough, sheet, (encoding, delimiter) if run.file_kind == CSV else _PLAIN)
    except BaseException as error:
        if run.stored_name != before:
            storing.drop(run.stored_name)
            run.stored_name = before
        if isinstance(error, BadTable | Invalid):
            raise Invalid({"file": [error.message]}) from error
        raise
    if before and before != run.stored_name:
        storing.drop(before)
    return run


def _read(
    actor: Actor, run: ImportRun, progress: Progress | None, thorough: bool, sheet: str, how: tuple[str, str]
) -> None:
    sheets = _make_table(actor, run, sheet)
    layout = _layout(storing.path_of(run), *how)
    if sheets:
        run.options = {**run.options, "sheet": sheets.chosen}
        run.format = {**run.format, "sheets": sheets.names}
    wanted = None
    if not thorough:  # only what is read in one way or another, whatever anybody chooses
        guessed = mapping.guess(actor, runs.spec_of(run), layout.header)
        known = targets(actor, runs.spec_of(run))
        wanted = [number for number, key in guessed.items() if isinstance(known[key].known, proposing.TELLING)]
    facts = looking.look(storing.path_of(run), layout, wanted, progress) if wanted != [] else []
    empty = {number for number, seen in enumerate(facts) if not seen.filled} if thorough else set[int]()
    _settle(actor, run, layout, facts, empty if len(empty) < len(facts) else set())


def _keep(actor: Actor, spec: "ObjectSpec", path: Path, file_name: str, parent: ImportRun | None) -> ImportRun:
    demand(actor, spec, "import")
    if spec.parents is not None:
        raise Invalid({"kind": [_("%(plural)s cannot be imported.") % {"plural": spec.plural}]})
    storing.drop_old()
    data_folder.demand_room(path.stat().st_size)
    kind = kind_of_file(path)
    stored = storing.keep(path, kind)
    options = Options.of(parent.options) if parent else Options()
    return ImportRun.objects.create(
        kind=spec.key, user_id=actor.user_id, file_name=file_name[-255:], file_kind=kind, state="reading",
        stored_name=stored if kind == CSV else "", source_name="" if kind == CSV else stored, parent=parent,
        options=options.as_json(), created_at=clock.now(),
    )  # fmt: skip


def _make_table(actor: Actor, run: ImportRun, sheet: str) -> table_workbook.Sheets | None:
    """Turns a workbook, vCard file or lines of JSON into the table that is read; the sheets, if it is a workbook."""
    if run.file_kind == CSV:
        return None
    run.stored_name = storing.new_name()
    if run.file_kind == VCARD:
        table_vcard.convert(storing.source_of(run), storing.path_of(run))
        return None
    if run.file_kind == JSONL:
        json_lines.convert(actor, runs.spec_of(run), storing.source_of(run), storing.path_of(run))
        return None
    return table_workbook.convert(storing.source_of(run), storing.path_of(run), sheet)


def _layout(path: Path, encoding: str, delimiter: str) -> TableFormat:
    try:
        layout = sniff(path, encoding=encoding, delimiter=delimiter)
    except BadTable as bad:
        raise Invalid({"file": [bad.message]}) from bad
    if not storing.is_text(path, layout.encoding):
        raise Invalid(
            {"file": [_("This is no text file. Choose a CSV file, as every spreadsheet program can save one.")]}
        )
    return layout


def _settle(
    actor: Actor, run: ImportRun, layout: TableFormat, facts: list[looking.Facts], empty: set[int]
) -> ImportRun:
    spec, header = runs.spec_of(run), layout.header
    parent = run.parent
    kept = run.format.get("header") == header  # the same columns, read in another way
    columns = runs.columns_of(run) if kept else {}
    if not columns and parent:
        columns = mapping.carried(parent.format["header"], runs.columns_of(parent), header)
        run.match, run.mode = parent.match, parent.mode
    options = Options.of(run.options)
    if not columns and (fits := keeping.fitting(actor, spec, header)):
        columns = fits.columns_for(header)
        run.match, run.mode = keeping.match_for(actor, spec, columns, fits), fits.mode
        options = Options.of({**fits.options, "sheet": options.sheet})
        run.format = {**run.format, "mapping": fits.name}
    if not columns:
        columns = mapping.guess(actor, spec, header, empty)
        run.match = mapping.usual_match(spec, columns)
        options.source = options.source or systems.recognised(header)
    run.mapping = runs.columns_as_json(columns)
    run.format = {**run.format, **storing.format_as_json(layout)}
    run.facts = looking.as_json(facts)
    known = targets(actor, spec)
    chosen = {number: known[key] for number, key in columns.items() if key in known}
    run.options = proposing.complete(options, chosen, facts, locale_of(actor)).as_json()
    run.state, run.error = "draft", ""
    run.save()
    return run


def _gave_up(job: Job, sentence: str) -> None:
    for run in ImportRun.objects.filter(pk=int(job.args["run"]), job=job, state="reading"):
        # One that was a draft before, when it was read in another way, is that draft again.
        was_draft = bool(run.format.get("header"))
        state, ended = ("draft", None) if was_draft else ("failed", clock.now())
        ImportRun.objects.filter(pk=run.pk).update(state=state, error=sentence, ended_at=ended)
        if not was_draft:  # nothing can be done with it any more
            transaction.on_commit(partial(storing.forget, run))


@job("import.read", title=gettext_lazy("Reading of a file"), gave_up=_gave_up, cancelled=_gave_up, can_retry=False)
def _read_job(at_work: JobAtWork) -> dict[str, Any]:
    run = ImportRun.objects.filter(pk=int(at_work.args["run"]), state="reading").first()
    if run is not None:
        try:
            read(at_work.actor, run, at_work.progress, **at_work.args.get("how", {}))
        except Cancelled:
            with transaction.atomic():
                _gave_up(at_work.job, _("Cancelled."))
            raise
    return {}
