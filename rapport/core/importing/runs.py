"""The steps of an import behind its draft: correct it, start it, let it stand still, and what it was in the end."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, demand, level_of
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.models import GOES_ON
from rapport.core.importing import mapping, storing
from rapport.core.importing.mapping import Columns
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.options import SOURCE_LIMIT, Options
from rapport.core.importing.reading import CREATED, FAILED, OUTCOMES, SKIPPED, UPDATED
from rapport.core.jobs import queue
from rapport.core.objects import registry
from rapport.lib import clock

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

USUAL: Any = object()  # match by what is usual for the file


def importable(actor: Actor) -> list["ObjectSpec"]:
    """The objects of which the actor may import files. What hangs on other records is not imported by itself."""
    return [
        spec for spec in registry.every() if spec.parents is None and level_of(actor, spec.key, "import") > Level.NONE
    ]


def choose(
    actor: Actor, run_id: int, columns: Columns, match: Any = USUAL, *, mode: str = "", options: Options | None = None
) -> ImportRun:
    """Sets columns, match, mode and options of a draft (each only if given); Invalid if they do not hold."""
    run = get_draft(actor, run_id)
    spec = spec_of(run)
    mapping.check(actor, spec, columns)
    run.match = mapping.usual_match(spec, columns) if match is USUAL else match
    mapping.check_match(actor, spec, columns, run.match)
    run.mode = mapping.check_mode(mode or run.mode, run.match)
    run.mapping = columns_as_json(columns)
    if options is not None:
        if options.source.strip().lower().startswith("rapport:"):
            raise Invalid({"source": [_("Names that begin with “rapport:” belong to archives. Choose another one.")]})
        if len(options.source) > SOURCE_LIMIT:
            raise Invalid({"source": [_("The name of the other system is too long: %(limit)s characters at most.")
                                      % {"limit": SOURCE_LIMIT}]})  # fmt: skip
        run.options = {**options.as_json(), "sheet": Options.of(run.options).sheet}
    run.save(update_fields=["mapping", "match", "mode", "options"])
    return run


def columns_by_header(actor: Actor, run: ImportRun, wanted: Mapping[str, str]) -> Columns:
    """The columns that ``{header: field}`` means; Invalid names what is unknown."""
    return mapping.named(actor, spec_of(run), run.format["header"], wanted)


def start(actor: Actor, run_id: int) -> ImportRun:
    """Puts a draft into the queue. Conflict if it was started before: a form sent twice imports once."""
    return _enqueue(actor, get_draft(actor, run_id))


def go_on(actor: Actor, run_id: int) -> ImportRun:
    """Puts an import into the queue again that was paused, cancelled or broke off: it goes on behind its last row."""
    run = get_run(actor, run_id)
    if not can_go_on(run):
        raise Conflict(_("This import cannot go on: it has come to its end, or it is at work."))
    return _enqueue(actor, run)


def take_over(actor: Actor, run_id: int) -> ImportRun:
    """An import that stands still or broke off, for somebody who goes on with it at once and not in the queue."""
    run = get_run(actor, run_id)
    if run.state not in ("queued", "running", "paused", "cancelled") or not run.stored_name:
        raise Conflict(_("This import cannot go on: it has come to its end, or it is at work."))
    demand(actor, spec_of(run), "import")
    # First the run, then its job, which has no say about it any more.
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, job_id=run.job_id)  # type: ignore[misc]
    if not mine.update(state="running", job=None, ended_at=None):
        raise Conflict(_("This import cannot go on: it has come to its end, or it is at work."))
    if run.state in ("queued", "running"):
        _cancel_job(actor, run)
    run.state, run.job = "running", None
    return run


def can_go_on(run: ImportRun) -> bool:
    """Whether an import stands still somewhere in its file."""
    return run.state in ("paused", "cancelled") and bool(run.stored_name)


def _enqueue(actor: Actor, run: ImportRun) -> ImportRun:
    with transaction.atomic():
        demand(actor, spec_of(run), "import")
        # Only from the state that was read: of two who press the button one starts it.
        if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(state="queued", ended_at=None):
            raise Conflict(_("This import has been started already."))
        run.job = queue.enqueue("import.run", {"run": run.pk}, actor)
        run.state = "queued"
        run.save(update_fields=["job"])
    return run


def start_check(actor: Actor, run_id: int) -> ImportRun:
    """Puts a dry run of a draft into the queue; its job's result is the report, its rows are kept as a trial."""
    with transaction.atomic():
        run = get_draft(actor, run_id)
        demand(actor, spec_of(run), "import")
        run.job = queue.enqueue("import.check", {"run": run.pk}, actor)
        run.save(update_fields=["job"])
    return run


def pause(actor: Actor, run_id: int) -> None:
    """Lets an import that waits or runs stand still after the rows it has in hand; it can go on later."""
    run = get_run(actor, run_id)
    # The worker looks at the state before each chunk, in the transaction that writes it.
    if not ImportRun.objects.filter(pk=run.pk, state__in=("queued", "running")).update(state="paused"):
        raise Conflict(_("This import is not at work."))
    _cancel_job(actor, run)


def cancel(actor: Actor, run_id: int) -> None:
    """Ends an import that waits, runs or stands still, or a dry run; what it did so far stays and can be undone."""
    run = get_run(actor, run_id)
    going = ImportRun.objects.filter(pk=run.pk, state__in=("queued", "running", "paused"))
    going.update(state="cancelled", ended_at=clock.now())
    if run.state in ("queued", "running", "draft", "reading"):
        _cancel_job(actor, run)


def _cancel_job(actor: Actor, run: ImportRun) -> None:
    """Whoever may end the run may end its job, though an administrator may have asked for that."""
    if run.job_id:
        queue.cancel(Actor.system(via=actor.via), run.job_id)


def break_off(run_id: int, sentence: str) -> None:
    """Ends a run that was refused, for good; what it did so far stays and can be undone."""
    going = ImportRun.objects.filter(pk=run_id, state="running", job=None)
    going.update(state="failed", error=sentence, ended_at=clock.now())
    discard(run_id)


def discard(run_id: int) -> None:
    """Forgets the kept file of a run, and the run itself if it was never more than a draft."""
    for run in ImportRun.objects.filter(pk=run_id):
        storing.forget(run)
    ImportRun.objects.filter(pk=run_id, state="draft").delete()


def own_runs(actor: Actor, most: int = 100) -> list[ImportRun]:
    """The newest imports of the actor, or of everybody for an administrator, drafts left out."""
    note_undone()
    found = (
        ImportRun.objects.select_related("act", "job", "user").exclude(state__in=("draft", "reading")).order_by("-pk")
    )
    if not actor.all_rights:
        found = found.filter(user_id=actor.user_id or 0)
    return [run for run in found[:most] if registry.find(run.kind)]


def run_of_act(act_id: int | None) -> int | None:
    """The import that an act belongs to, if it is one."""
    return ImportRun.objects.filter(act_id=act_id or 0).values_list("pk", flat=True).first()


def note_undone(run_id: int | None = None) -> None:
    """Marks runs whose act was taken back since, through whichever door; not while that is still under way."""
    undone = ImportRun.objects.filter(act__undone_by__isnull=False).exclude(state="undone")
    undone = undone.exclude(act__undone_by__counts__has_key=GOES_ON)
    undone = undone.filter(pk=run_id) if run_id else undone
    if undone.exists():  # looked at first: a page that only reads shall not wait for its turn to write
        undone.update(state="undone")


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
            for place, name in enumerate(run.format.get("header", ())) if place not in columns]  # fmt: skip


def no_counts() -> dict[str, int]:
    """The counts of an import that has read nothing yet."""
    return {**dict.fromkeys(OUTCOMES, 0), "rows": 0}


def failed_rows(run: ImportRun, most: int | None = None, *, trial: bool = False) -> list[tuple[int, str]]:
    """Line and reason of the rows that failed, in the order of the file."""
    return _told(run, most, trial, outcome=FAILED)


def skipped_rows(run: ImportRun, most: int | None = None) -> list[tuple[int, str]]:
    """Line and reason of the rows that were passed over: empty ones, and those the mode leaves alone."""
    return _told(run, most, False, outcome=SKIPPED)


def noted_rows(run: ImportRun, most: int | None = None, *, trial: bool = False) -> list[tuple[int, str]]:
    """Line and reason of the rows that came in though some of their cells could not be read."""
    return _told(run, most, trial, outcome__in=(CREATED, UPDATED))


def _told(run: ImportRun, most: int | None, trial: bool, **wanted: Any) -> list[tuple[int, str]]:
    rows = ImportRow.objects.filter(run=run, is_trial=trial, **wanted).exclude(reason="").order_by("line")
    return list(rows.values_list("line", "reason")[:most])
