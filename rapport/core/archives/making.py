"""Making an archive: asked for, written by a job, fetched by whoever asked, as every other export.

What is whole is noted beside the file, so a job that was killed goes on behind the last member that the disk has.
"""

import time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.access.levels import locale_of
from rapport.core.access.special import demand_right
from rapport.core.archives import layout
from rapport.core.archives.members import Plan
from rapport.core.archives.zipping import Zip
from rapport.core.audit.notes import note
from rapport.core.errors import Conflict
from rapport.core.exporting import runs, storing
from rapport.core.exporting.models import ExportRun
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Cancelled, JobAtWork, Progress, job
from rapport.core.jobs.models import LONG, Job
from rapport.lib import clock
from rapport.lib.faults import point
from rapport.lib.wording import grouped

SETTLE_SECONDS = 1.0  # so often it is noted what the disk has, and looked whether the rights are still the same
FORMAT = "zip"


def start(actor: Actor, tables: str = "", *, with_files: bool = True) -> tuple[ExportRun, Job]:
    """Asks for an archive of everything the actor may export; ``tables`` as well, where people want to read it.

    NotAllowed without the right, BadQuery and Conflict as for every export.
    """
    demand_right(actor, "everything")
    Plan(actor, tables, with_files).check()
    runs.demand_turn(actor)
    day = clock.today(locale_of(actor).time_zone).isoformat()
    with transaction.atomic():
        run = ExportRun.objects.create(
            user_id=actor.user_id, kind=runs.EVERYTHING, format=FORMAT, created_at=clock.now(),
            question={"tables": tables, "files": with_files}, file_name=f"rapport-{day}.{FORMAT}",
            stored_name=storing.new_name(FORMAT), rights=runs.rights_of(actor),
        )  # fmt: skip
        run.job = made = queue.enqueue("export.everything", {"export": run.pk}, actor)
        run.save(update_fields=["job"])
        _note(actor, tables, with_files=with_files)
    return run, made


def write(
    actor: Actor, path: Path, tables: str = "", *, with_files: bool = True, progress: Progress | None = None
) -> int:
    """Writes an archive to a path; returns how many records are in it."""
    demand_right(actor, "everything")
    plan = Plan(actor, tables, with_files)
    plan.check()
    total = plan.total() if progress else 0
    _note(actor, tables, with_files=with_files)
    part, notes = (path.with_name(path.name + ending) for ending in (".part", ".list"))
    notes.unlink(missing_ok=True)
    try:
        with part.open("w+b") as file, Zip(file, notes) as out:

            def tick() -> None:
                if progress:
                    progress(out.rows, total)

            _fill(out, plan, tick)
        part.replace(path)
    finally:
        notes.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return _records(out)


def work(actor: Actor, run_id: int, at_work: JobAtWork | None = None) -> ExportRun:
    """Writes the archive of an export, or goes on with one that was broken off."""
    run = ExportRun.objects.get(pk=run_id)
    if run.state == "done":
        return run
    if run.state not in runs.GOING:
        raise Conflict(_("This export has ended already."))
    demand_right(actor, "everything")
    runs.check_rights(run, actor)
    plan = Plan(actor, run.question["tables"], run.question["files"])
    plan.check()
    total = plan.total() if at_work else 0
    part, notes = storing.part_of(run), storing.list_of(run)
    if run.byte_count and (not notes.exists() or not part.exists() or part.stat().st_size < run.byte_count):
        run.byte_count = run.row_count = 0  # it went away meanwhile: from the beginning
    if not run.byte_count:
        notes.unlink(missing_ok=True)
    going = ExportRun.objects.filter(pk=run.pk, state__in=runs.GOING)
    going.update(state="running", began_at=clock.now(), began_rows=run.row_count)
    with storing.written(part, run.byte_count) as file:
        with Zip(file, notes) as out:
            _fill(out, plan, _Pulse(run, file, out, actor, at_work, total))
            run.row_count = _records(out)
        storing.settle(file)
    ended = runs.end(run, part)
    notes.unlink(missing_ok=True)
    return ended


class _Pulse:
    """Between two steps: says how far it is, notes what the disk has, and ends it where the rights have changed."""

    def __init__(
        self, run: ExportRun, file: Any, out: Zip, actor: Actor, at_work: JobAtWork | None, total: int
    ) -> None:
        self.run, self.file, self.out, self.actor, self.at_work, self.total = run, file, out, actor, at_work, total
        self.settled = time.monotonic()

    def __call__(self) -> None:
        point("archive.step")
        if time.monotonic() - self.settled >= SETTLE_SECONDS:
            self._settle()
            self.settled = time.monotonic()
        if self.at_work:
            rows = self.out.rows
            self.at_work.progress(rows, max(self.total, rows))

    def _settle(self) -> None:
        storing.settle(self.file)
        data_folder.demand_room()
        runs.check_rights(self.run, queue.actor_of(self.at_work.job) if self.at_work else self.actor)
        safe = self.out.settle()
        mine = ExportRun.objects.filter(pk=self.run.pk, state="running")
        if not mine.update(byte_count=safe, row_count=self.out.rows):
            raise Conflict(_("This export has ended already."))


def _fill(out: Zip, plan: Plan, tick: Any) -> None:
    missing = plan.write(out, tick)
    told = {"tables": plan.tables, "records": _records(out)}
    with out.member(layout.MANIFEST) as member:
        member.write(layout.manifest(out.entries, missing, told))


def _records(out: Zip) -> int:
    """How many records are in the archive."""
    return sum(entry.rows for entry in out.entries if entry.path.startswith("records/"))


def _note(actor: Actor, tables: str, *, with_files: bool) -> None:
    """The audit learns of it before anything leaves the house."""
    data = {"format": FORMAT, "tables": tables, "files": with_files}
    note(actor, "export.everything", data, label=_("Everything"))


@job(
    "export.everything", lane=LONG, title=gettext_lazy("Export of everything"), gave_up=runs.gave_up,
    cancelled=runs.cancelled, can_retry=False,
)  # fmt: skip
def _job(at_work: JobAtWork) -> dict[str, Any]:
    try:
        run = work(at_work.actor, int(at_work.args["export"]), at_work)
    except Cancelled:
        runs.close(int(at_work.args["export"]), "cancelled")
        raise
    words = ngettext("%(count)s record is in the file.", "%(count)s records are in the file.", run.row_count)
    return {
        "message": words % {"count": grouped(run.row_count)}, "rows": run.row_count, "size": run.size,
        "sha256": run.sha256, "download": f"/exports/{run.pk}", "url": "/exports",
    }  # fmt: skip
