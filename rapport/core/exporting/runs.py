"""Exports as jobs: asked for, written piece by piece, fetched by whoever asked.

Behind each piece stands how far the file is safe on the disk, so a job that was killed goes on there: no record is
missing and none is in the file twice.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.access.conditions import from_json, to_json
from rapport.core.access.levels import Level, demand, level_of, locale_of
from rapport.core.access.pages import ListQuery
from rapport.core.access.special import demand_right
from rapport.core.errors import Conflict, NotAllowed, NotFound
from rapport.core.exporting import files, storing
from rapport.core.exporting.models import ExportRun
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Cancelled, JobAtWork, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.jobs.schedules import schedule
from rapport.core.notices.telling import tell
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.faults import point
from rapport.lib.wording import grouped

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

EVERYTHING = "*"  # in place of a kind: an archive of all of them
GOING = ("queued", "running")  # states of an export that has not ended
MOST_GOING = 10  # of one user: others want their turn, too, and every file takes room
SETTLE_SECONDS = 1.0  # at most so much work is done again after a crash


def start(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, fmt: str, chosen: Sequence[str] = ()
) -> tuple[ExportRun, Job]:
    """Asks for a file; a job writes it. NotAllowed or BadQuery where it cannot be, Conflict for one who waits for many
    already, Invalid if the disk is nearly full.
    """
    made_plan = files.plan(actor, spec, query, fmt, chosen)
    demand_turn(actor)
    day = clock.today(locale_of(actor).time_zone).isoformat()
    question = {
        "condition": to_json(query.condition), "find": query.find, "trash": query.trash,
        "columns": [field.key for field in made_plan.reading.fields],  # those of now: a field made later is not in it
    }  # fmt: skip
    with transaction.atomic():
        run = ExportRun.objects.create(
            user_id=actor.user_id, kind=spec.key, format=fmt, question=question, created_at=clock.now(),
            file_name=f"{spec.path}-{day}.{fmt}", stored_name=storing.new_name(fmt), rights=rights_of(actor),
        )  # fmt: skip
        run.job = made = queue.enqueue("export", {"export": run.pk}, actor)
        run.save(update_fields=["job"])
        files.tell_of(made_plan)
    return run, made


def demand_turn(actor: Actor) -> None:
    """Conflict for one who waits for many already, Invalid if the disk is nearly full."""
    storing.drop_old()
    data_folder.demand_room()
    if ExportRun.objects.filter(user=actor.user_id, state__in=GOING).count() >= MOST_GOING:
        sentence = _("%(count)s exports of yours are under way. Wait until one has ended, or cancel one.")
        raise Conflict(sentence % {"count": MOST_GOING})


def rights_of(actor: Actor) -> str:
    """A digest of the rights by which an export is made: another one means that the actor may see more or less."""
    role = actor.role
    told: list[Any] = [actor.user_id, actor.all_rights, actor.team_id, sorted(actor.team_ids_below)]
    if role is not None:
        told += [role.pk, role.levels, role.filters, role.field_rules]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def own_runs(actor: Actor, most: int = 100) -> list[ExportRun]:
    """The newest exports of the actor, or of everybody for an administrator."""
    found = ExportRun.objects.select_related("job", "user").order_by("-pk")
    if not actor.all_rights:
        found = found.filter(user_id=actor.user_id or 0)
    return [run for run in found[:most] if run.kind == EVERYTHING or registry.find(run.kind)]


def exportable(actor: Actor) -> list["ObjectSpec"]:
    """The objects of which the actor may export lists."""
    return [spec for spec in registry.every() if level_of(actor, spec.key, "export") > Level.NONE]


def cancel(actor: Actor, run_id: int) -> None:
    """Ends an export that waits or runs: one's own, for administrators any. NotFound and Conflict as the words say."""
    run = ExportRun.objects.select_related("job").filter(pk=run_id).first()
    own = run is not None and run.user_id is not None and run.user_id == actor.user_id
    if run is None or not (own or actor.all_rights):
        raise NotFound(_("There is no such export, or it is not yours."))
    if run.state not in GOING or run.job is None:
        raise Conflict(_("This export has ended already."))
    queue.cancel(actor, run.job.pk)


def get_run(actor: Actor, run_id: int) -> ExportRun:
    """A finished export with its file, for the one who asked for it and whose rights are still the same."""
    run = ExportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such export, or it is not yours."))
    demand_file(actor, run)
    return run


def demand_file(actor: Actor, run: ExportRun) -> None:
    """Refuses with the reason where the actor may not fetch the file of an export, or there is none."""
    if run.user_id is None or run.user_id != actor.user_id:
        raise NotFound(_("There is no such export, or it is not yours."))
    if run.kind == EVERYTHING:
        demand_right(actor, "everything")
    else:
        demand(actor, registry.get(run.kind), "export")
    if run.rights != rights_of(actor):
        raise NotAllowed(_("Your rights have changed since this file was made. Export again."))
    if run.state != "done":
        raise Conflict(_("This export is not finished."))
    if not run.stored_name or not storing.path_of(run).exists():
        raise NotFound(_("This file is no longer kept. Export again."))


def work(actor: Actor, run_id: int, at_work: JobAtWork | None = None) -> ExportRun:
    """Writes the file of an export, or goes on with one that was broken off."""
    run = ExportRun.objects.get(pk=run_id)
    if run.state == "done":
        return run
    if run.state not in GOING:
        raise Conflict(_("This export has ended already."))
    spec, question = registry.get(run.kind), run.question
    query = ListQuery(from_json(question["condition"]), find=question["find"], trash=question["trash"])
    made = files.plan(actor, spec, query, run.format, question["columns"])
    check_rights(run, actor)
    total = made.reading.count() if at_work else 0
    part = storing.part_of(run)
    if run.byte_count and (not part.exists() or part.stat().st_size < run.byte_count):
        run.last_id = run.row_count = run.byte_count = 0  # the file went away meanwhile: from the beginning
    going = ExportRun.objects.filter(pk=run.pk, state__in=GOING)
    going.update(state="running", began_at=clock.now(), began_rows=run.row_count)
    with storing.written(part, run.byte_count) as out:
        _write(run, made, out, actor, at_work, total)
    if run.format != "xlsx":
        return end(run, part)
    with storing.written(storing.path_of(run), 0) as out, part.open("rb") as sheet:
        files.finish(made, sheet, out)
        storing.settle(out)
    return end(run, storing.path_of(run))


def _write(run: ExportRun, made: files.Plan, out: Any, actor: Actor, at_work: JobAtWork | None, total: int) -> None:
    if not run.byte_count:
        out.write(made.lines.begin())
    settled = time.monotonic()
    for chunk in made.reading.chunks(after=run.last_id):
        out.write(made.lines.rows(chunk, run.row_count))
        run.last_id, run.row_count = chunk.ids[-1], run.row_count + len(chunk.ids)
        point("export.chunk")
        if time.monotonic() - settled >= SETTLE_SECONDS:
            _settle(run, out)
            settled = time.monotonic()
            check_rights(run, queue.actor_of(at_work.job) if at_work else actor)
        if at_work:
            at_work.progress(run.row_count, max(total, run.row_count))
    _settle(run, out)
    out.write(made.lines.end())
    storing.settle(out)


def _settle(run: ExportRun, out: Any) -> None:
    """Notes how far the file is, once the disk has it."""
    storing.settle(out)
    data_folder.demand_room()
    run.byte_count = out.tell()
    point("export.settle")
    mine = ExportRun.objects.filter(pk=run.pk, state="running")
    if not mine.update(last_id=run.last_id, row_count=run.row_count, byte_count=run.byte_count):
        raise Conflict(_("This export has ended already."))


def check_rights(run: ExportRun, actor: Actor) -> None:
    """NotAllowed where the actor may by now see more or less than when the export was asked for."""
    if run.rights != rights_of(actor):
        raise NotAllowed(_("Your rights have changed since this file was made. Export again."))


def end(run: ExportRun, written: Path) -> ExportRun:
    """Gives what was written the name of the finished file, and says so to who asked for it.

    Conflict if the export has ended meanwhile.
    """
    point("export.finish")
    run.size, run.sha256 = written.stat().st_size, storing.digest(written)
    written.replace(storing.path_of(run))
    storing.part_of(run).unlink(missing_ok=True)
    run.state, run.ended_at = "done", clock.now()
    facts = {name: getattr(run, name) for name in ("state", "ended_at", "size", "sha256", "row_count")}
    with transaction.atomic():
        ended = ExportRun.objects.filter(pk=run.pk, state="running").update(**facts)
        if ended and run.user_id is not None:
            text = _("%(file)s is ready") % {"file": run.file_name}
            tell([run.user_id], "job", record_id=None, by_id=None, text=text, url="/exports", once=f"export:{run.pk}")
    if not ended:
        storing.drop(run)  # ended by an erasure meanwhile
        raise Conflict(_("This export has ended already."))
    return run


def close(run_id: int, state: str) -> None:
    """Ends an export that came to nothing, and removes what there is of its file."""
    for run in ExportRun.objects.filter(pk=run_id, state__in=GOING):
        storing.drop(run)
        ExportRun.objects.filter(pk=run_id).update(state=state, stored_name="", ended_at=clock.now())


def gave_up(job: Job, _sentence: str) -> None:
    """The job broke off for good."""
    close(int(job.args["export"]), "failed")


def cancelled(job: Job, _sentence: str) -> None:
    """Somebody ended the job."""
    close(int(job.args["export"]), "cancelled")


@job("export", lane=LONG, title=gettext_lazy("Export"), gave_up=gave_up, cancelled=cancelled, can_retry=False)
def _job(at_work: JobAtWork) -> dict[str, Any]:
    try:
        run = work(at_work.actor, int(at_work.args["export"]), at_work)
    except Cancelled:
        close(int(at_work.args["export"]), "cancelled")
        raise
    words = ngettext("%(count)s record is in the file.", "%(count)s records are in the file.", run.row_count)
    return {
        "message": words % {"count": grouped(run.row_count)}, "rows": run.row_count, "size": run.size,
        "sha256": run.sha256, "download": f"/exports/{run.pk}", "url": f"/{registry.get(run.kind).path}",
    }  # fmt: skip


@schedule("0 4 * * *", "export.purge", title=gettext_lazy("Removal of old exports"))
def _purge(at_work: JobAtWork) -> dict[str, Any]:
    storing.drop_old()
    return {}
