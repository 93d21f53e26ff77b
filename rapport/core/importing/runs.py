"""The steps of an import: prepare a draft, correct it, start it, and what it was in the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, demand, level_of
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.importing import mapping, storing
from rapport.core.importing.mapping import Columns
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.reading import FAILED, OUTCOMES
from rapport.core.jobs import queue
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import sniff

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

USUAL: Any = object()  # match by what is usual for the file


def importable(actor: Actor) -> list["ObjectSpec"]:
    """The objects of which the actor may import files. What hangs on other records is not imported by itself."""
    return [
        spec for spec in registry.every() if spec.parents is None and level_of(actor, spec.key, "import") > Level.NONE
    ]


def prepare(actor: Actor, spec: "ObjectSpec", path: Path, file_name: str) -> ImportRun:
    """Keeps the file and makes a draft with a guess of format, columns and match. Invalid if it is no table."""
    demand(actor, spec, "import")
    if spec.parents is not None:
        raise Invalid({"kind": [_("%(plural)s cannot be imported.") % {"plural": spec.plural}]})
    storing.drop_old()
    try:
        layout = sniff(path)
    except BadTable as bad:
        raise Invalid({"file": [bad.message]}) from bad
    if storing.is_binary(path, layout.encoding):
        raise Invalid(
            {"file": [_("This is no text file. Choose a CSV file, as every spreadsheet program can save one.")]}
        )
    columns = mapping.guess(actor, spec, layout.header)
    stored = storing.keep(path)
    return ImportRun.objects.create(
        kind=spec.key, user_id=actor.user_id, file_name=file_name[-255:], stored_name=stored,
        format=storing.format_as_json(layout), mapping=columns_as_json(columns),
        match=mapping.usual_match(spec, columns), created_at=clock.now(),
    )  # fmt: skip


def reread(actor: Actor, run_id: int, *, encoding: str, delimiter: str) -> ImportRun:
    """Reads the file of a draft anew in an encoding and with a delimiter that somebody chose ("": guess)."""
    run = get_draft(actor, run_id)
    try:
        layout = sniff(storing.path_of(run), encoding=encoding, delimiter=delimiter)
    except BadTable as bad:
        raise Invalid({"file": [bad.message]}) from bad
    if layout.header != run.format["header"]:
        spec = spec_of(run)
        columns = mapping.guess(actor, spec, layout.header)
        run.mapping, run.match = columns_as_json(columns), mapping.usual_match(spec, columns)
    run.format = storing.format_as_json(layout)
    run.save(update_fields=["format", "mapping", "match"])
    return run


def choose(actor: Actor, run_id: int, columns: Columns, match: Any = USUAL) -> ImportRun:
    """Sets columns and match of a draft; Invalid if they do not hold."""
    run = get_draft(actor, run_id)
    spec = spec_of(run)
    mapping.check(actor, spec, columns)
    run.match = mapping.usual_match(spec, columns) if match is USUAL else match
    mapping.check_match(actor, spec, columns, run.match)
    run.mapping = columns_as_json(columns)
    run.save(update_fields=["mapping", "match"])
    return run


def choose_by_header(actor: Actor, run_id: int, wanted: Mapping[str, str], match: Any = USUAL) -> ImportRun:
    """As :func:`choose`, with the columns named by their headers."""
    run = get_draft(actor, run_id)
    return choose(actor, run_id, mapping.named(actor, spec_of(run), run.format["header"], wanted), match)


def start(actor: Actor, run_id: int) -> ImportRun:
    """Puts a draft into the queue. Conflict if it was started before: a form sent twice imports once."""
    with transaction.atomic():
        run = get_draft(actor, run_id)
        demand(actor, spec_of(run), "import")
        if not ImportRun.objects.filter(pk=run.pk, state="draft").update(state="queued"):
            raise Conflict(_("This import has been started already."))
        run.job = queue.enqueue("import.run", {"run": run.pk}, actor)
        run.state = "queued"
        run.save(update_fields=["job"])
    return run


def start_check(actor: Actor, run_id: int) -> ImportRun:
    """Puts a dry run of a draft into the queue; its job's result is the report."""
    with transaction.atomic():
        run = get_draft(actor, run_id)
        demand(actor, spec_of(run), "import")
        run.job = queue.enqueue("import.check", {"run": run.pk}, actor)
        run.save(update_fields=["job"])
    return run


def cancel(actor: Actor, run_id: int) -> None:
    """Ends an import that waits or runs; what it imported so far stays and can be undone."""
    run = get_run(actor, run_id)
    if run.job_id and run.state in ("queued", "running"):
        queue.cancel(actor, run.job_id)
        ImportRun.objects.filter(pk=run.pk, state="queued", job__state="cancelled").update(
            state="cancelled", ended_at=clock.now()
        )


def discard(run_id: int) -> None:
    """Forgets the kept file of a run, and the run itself if it was never more than a draft."""
    for run in ImportRun.objects.filter(pk=run_id):
        storing.drop(run.stored_name)
    ImportRun.objects.filter(pk=run_id, state="draft").delete()
    ImportRun.objects.filter(pk=run_id).update(stored_name="")


def own_runs(actor: Actor, most: int = 100) -> list[ImportRun]:
    """The newest imports of the actor, or of everybody for an administrator, drafts left out."""
    note_undone()
    found = ImportRun.objects.select_related("act", "job", "user").exclude(state="draft").order_by("-pk")
    if not actor.all_rights:
        found = found.filter(user_id=actor.user_id or 0)
    return [run for run in found[:most] if registry.find(run.kind)]


def run_of_act(act_id: int | None) -> int | None:
    """The import that an act belongs to, if it is one."""
    return ImportRun.objects.filter(act_id=act_id or 0).values_list("pk", flat=True).first()


def note_undone(run_id: int | None = None) -> None:
    """Marks runs whose act was taken back since, through whichever door."""
    undone = ImportRun.objects.filter(act__undone_by__isnull=False).exclude(state="undone")
    (undone.filter(pk=run_id) if run_id else undone).update(state="undone")


def get_run(actor: Actor, run_id: int) -> ImportRun:
    """An import of the actor's own; administrators may see all. NotFound otherwise."""
    note_undone(run_id)
    found = ImportRun.objects.select_related("act", "job", "user").filter(pk=run_id).first()
    own = found is not None and found.user_id is not None and found.user_id == actor.user_id
    if found is None or not (own or actor.all_rights) or registry.find(found.kind) is None:
        raise NotFound(_("There is no such import, or it is not yours."))
    return found


def get_draft(actor: Actor, run_id: int) -> ImportRun:
    """An import that was not started yet; Conflict otherwise."""
    run = get_run(actor, run_id)
    if run.state != "draft":
        raise Conflict(_("This import has been started already."))
    return run


def spec_of(run: ImportRun) -> "ObjectSpec":
    """What the file holds."""
    return registry.get(run.kind)


def columns_of(run: ImportRun) -> Columns:
    """The mapping with numbers for keys, as JSON cannot have them."""
    return {int(number): key for number, key in run.mapping.items()}


def columns_as_json(columns: Columns) -> dict[str, str]:
    """Inverse of :func:`columns_of`."""
    return {str(number): key for number, key in columns.items()}


def ignored(run: ImportRun) -> list[str]:
    """Headers of the columns that are not imported."""
    columns = columns_of(run)
    return [name or _("Column %(number)s") % {"number": place + 1}
            for place, name in enumerate(run.format["header"]) if place not in columns]  # fmt: skip


def no_counts() -> dict[str, int]:
    """The counts of an import that has read nothing yet."""
    return {**dict.fromkeys(OUTCOMES, 0), "rows": 0}


def failed_rows(run: ImportRun, most: int | None = None) -> list[tuple[int, str]]:
    """Line and reason of the rows that failed, in the order of the file."""
    rows = ImportRow.objects.filter(run=run, outcome=FAILED).order_by("line").values_list("line", "reason")
    return list(rows if most is None else rows[:most])
