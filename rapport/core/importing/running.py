"""Running an import: chunk by chunk, each chunk one transaction together with the line it ends at.

So a run that was killed goes on behind its last whole chunk, and every row is taken exactly once. A dry run goes the
same way, and each of its transactions is rolled back.
"""

import datetime
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.audit.notes import tell
from rapport.core.errors import Conflict, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.importing import accompanying, ahead, external, runs, storing
from rapport.core.importing.models import ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.reading import CREATED, FAILED, Line
from rapport.core.importing.source import Read, Source
from rapport.core.importing.telling import tell_of_end
from rapport.core.importing.trial import Trial, keep_rows
from rapport.core.importing.writing import Writer
from rapport.core.jobs.handlers import Cancelled, JobAtWork, Progress, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.records import durability, statistics
from rapport.lib import clock
from rapport.lib.faults import point
from rapport.lib.pace import Pace

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Of one transaction: new records cost little each, its start a lot. A busy moment may stretch a chunk to twice that.
MOST_ROWS, HOLD_SECONDS = 4_000, {"sqlite": 0.12, "postgresql": 0.5}  # PostgreSQL lets others write meanwhile
_GROWN = 8  # times as many rows as at the planner's last look, until it looks again
MOST_PROBLEMS = 20  # rows named in a report


@dataclass
class Report:
    """What an import did, or would do. ``problems`` holds line and reason of the first rows that failed.

    ``halted`` is the state of the run where somebody stopped it before its end, or went on with it elsewhere.
    """

    counts: dict[str, int]
    seconds: float = 0.0
    act: int | None = None
    problems: list[tuple[int, str]] = field(default_factory=list)
    error: str = ""
    halted: str = ""

    def as_json(self) -> dict[str, Any]:
        """The numbers, as the command prints them."""
        return {**self.counts, "seconds": round(self.seconds, 3), "act": self.act}


class Halted(Exception):
    """Somebody paused or cancelled the run, or goes on with it; the chunk at hand was not written."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def run(actor: Actor, run_id: int, *, dry_run: bool = False, progress: Progress | None = None) -> Report:
    """Imports the file of a draft, or goes on with one that was broken off. A dry run writes nothing at all.

    ``progress(done, total)`` is told bytes of the file between chunks. Every row ends created, updated, unchanged,
    skipped or failed; these add up to the rows. A file that cannot be read to its end stops there, says so, and
    what was imported before stays.
    """
    began = time.monotonic()
    work = _Work(actor, runs.get_run(actor, run_id), dry_run=dry_run, listed=progress is not None)
    size = storing.path_of(work.run).stat().st_size
    try:
        with durability.resumable(), closing(work.chunks(size)) as chunks:
            for chunk in chunks:
                work.take([read.line for read in chunk])
                if progress:
                    progress(min(chunk[-1].offset, size), size)
    except Halted as halted:
        work.report.halted = halted.state
    return work.end(time.monotonic() - began)


class _Work:
    def __init__(self, actor: Actor, found: ImportRun, *, dry_run: bool, listed: bool) -> None:
        self.actor, self.run, self.dry_run = actor.through("import"), found, dry_run
        self.spec = runs.spec_of(found)
        demand(actor, self.spec, "import")
        if found.state not in ("draft", "queued", "running"):
            raise Conflict(_("This import has ended already."))
        if not storing.is_kept(found):
            raise NotFound(_("The file is no longer kept. Choose it again."))
        self.source = Source(self.actor, found)
        self.saver = self.source.saver
        self.system = Options.of(found.options).source or external.USUAL_SOURCE
        self.report = Report({**runs.no_counts(), **({} if dry_run else found.counts)})
        self.pace = Pace(most=MOST_ROWS, seconds=HOLD_SECONDS[connection.vendor])
        self.known = self.report.counts[CREATED]  # rows of ours that the planner's statistics know
        self.trial = None
        if dry_run:
            keys = {target.key.partition(".")[0] for target in self.source.targets.values()}
            self.trial = Trial(found, keys, listed=listed)
        else:
            self._begin()

    def _begin(self) -> None:
        found = self.run
        # Only from the state that was read: a run that was cancelled meanwhile does not come back to life.
        if (
            not self._mine()
            .filter(state=found.state)
            .update(state="running", began_at=clock.now(), began_rows=found.counts.get("rows", 0))
        ):
            raise Conflict(_("This import has ended already."))
        found.state = "running"

    def _mine(self) -> "QuerySet[ImportRun]":
        """The run, as long as it has not been given to another job."""
        return ImportRun.objects.filter(pk=self.run.pk, job_id=self.run.job_id)  # type: ignore[misc]

    def chunks(self, size: int) -> Generator[list[Read], None, None]:
        """The lines not taken yet, some at a time; ``size`` is that of the file in bytes."""
        reading = ahead.lines(self.actor, self.source, 0 if self.dry_run else self.run.line, size)
        with closing(reading):
            while chunk := list(islice(reading, self.pace.size)):
                yield chunk
        self.report.error = self.source.error

    def take(self, lines: list[Line]) -> None:
        """Writes one chunk. Conflict if the run was taken over meanwhile; then nothing of it stays."""
        point("import.read")
        if self.trial is not None:
            self._try(lines, self.trial)
        else:
            self._write(lines, lines[-1].number)

    def _write(self, lines: list[Line], last: int) -> None:
        before = dict(self.report.counts)
        try:
            with acting(self.actor, "import", label=self.run.file_name[:200], act=self.run.act) as act, self.pace:
                self.pace.rows = len(lines)
                self._step(last)
                self._bring(lines, act)
                self._count(lines)
                self._keep(act, lines)
                point("import.written")
        except BaseException:
            self.report.counts = before
            raise
        point("import.committed")
        self.run.act, self.run.line = act, last
        self._refresh()

    def _bring(self, lines: list[Line], act: Act) -> None:
        """Links, rows and the numbers of the other system: what an import and its dry run do alike."""
        external.link(self.actor, self.spec, self.system, lines)
        Writer(self.actor, self.spec, self.run.match, self.saver, act, self.run.mode, self.system).write(lines)
        external.remember(self.actor, self.spec, self.system, lines)
        accompanying.fill(self.actor, self.spec, lines, act)
        accompanying.make(self.actor, self.source.targets.values(), lines, act)

    def _try(self, lines: list[Line], trial: Trial) -> None:
        with transaction.atomic():
            with acting(self.actor, "import") as act, self.pace:
                self.pace.rows = len(lines)
                self._bring(lines, act)
            transaction.set_rollback(True)
        trial.take(lines)
        self._count(lines)

    def _step(self, line: int) -> None:
        # First of all: of two workers with the same run, one moves it on and the other one stops here.
        if not self._mine().filter(line=self.run.line, state="running").update(line=line):
            found = ImportRun.objects.only("state", "job_id").get(pk=self.run.pk)
            if found.state in ("paused", "cancelled") or found.job_id != self.run.job_id:
                raise Halted(found.state)
            raise Conflict(_("This import goes on elsewhere."))

    def _keep(self, act: Act, lines: list[Line]) -> None:
        keep_rows(self.run.pk, lines)
        ImportRun.objects.filter(pk=self.run.pk).update(counts=self.report.counts, act=act)
        Act.objects.filter(pk=act.pk).update(counts=act.counts)

    def _refresh(self) -> None:
        """Tells the planner in between, too: in a table that it believes to be empty it would look in no index."""
        added = self.report.counts[CREATED] - self.known
        if added >= _GROWN * self.known and statistics.refresh_between(self.spec.model, added):
            self.known += added

    def _count(self, lines: list[Line]) -> None:
        counts = self.report.counts
        for line in lines:
            counts[line.outcome] += 1
            if line.outcome == FAILED and len(self.report.problems) < MOST_PROBLEMS:
                self.report.problems.append((line.number, line.reason))
        counts["rows"] += len(lines)

    def end(self, seconds: float) -> Report:
        """Closes the run and reports."""
        self.report.seconds = seconds
        if self.dry_run:
            return self.report
        act = self.run.act
        if act is not None and not act.counts:
            if self._mine().update(act=None):
                act.delete()  # nothing came of it: no trace of an act that did nothing
            act = None
        self.report.act = act.pk if act else None
        self.report.problems = runs.failed_rows(self.run, MOST_PROBLEMS)
        state = "failed" if self.report.error else "done"
        point("import.end")
        if not self.report.halted:
            with transaction.atomic():
                ended = (
                    self._mine()
                    .filter(state="running")
                    .update(state=state, error=self.report.error, counts=self.report.counts, ended_at=clock.now())
                )
                if ended:
                    transaction.on_commit(storing.forget_marked)
                if ended:
                    self.run.counts = self.report.counts
                    tell_of_end(self.actor, self.spec, self.run)
                if ended and act is not None:
                    tell(self.actor, act, "import.made", {"kind": self.spec.key, **self.report.counts})
        statistics.refresh_after(self.spec.model, self.report.counts[CREATED] - self.known)
        return self.report


def _of(job: Job) -> "QuerySet[ImportRun]":
    """The run of a job, unless another job has it by now."""
    return ImportRun.objects.filter(pk=int(job.args["run"]), job=job)


def _gave_up(job: Job, sentence: str) -> None:
    ended = _of(job).filter(state__in=("queued", "running"))
    ended.update(state="failed", error=sentence, ended_at=clock.now())


def _cancelled(job: Job, _sentence: str) -> None:
    # One that was paused stays so.
    going = _of(job).filter(state__in=("queued", "running"))
    going.update(state="cancelled", ended_at=clock.now())


def _retried(job: Job, _sentence: str) -> None:
    stopped = ImportRun.objects.filter(pk=int(job.args["run"]), state__in=("failed", "cancelled"))
    if not stopped.exclude(stored_name="").update(state="queued", job=job, ended_at=None, error=""):
        raise Conflict(_("This import cannot go on: it has come to its end, or it is at work."))


@job(
    "import.run", lane=LONG, title=gettext_lazy("Import"), gave_up=_gave_up, cancelled=_cancelled, retried=_retried
)  # fmt: skip
def _run_job(at_work: JobAtWork) -> dict[str, Any]:
    found = _of(at_work.job).first()
    if found is None or found.state in ("paused", "cancelled"):
        raise Cancelled  # somebody goes on with it elsewhere, or a crash kept the job from ending with it
    if found.state not in ("queued", "running"):
        return _report_of(found).as_json()  # it had come to its end when the worker died
    try:
        report = run(at_work.actor, found.pk, progress=at_work.progress)
    except Cancelled:
        _cancelled(at_work.job, "")
        raise
    if report.halted:
        raise Cancelled
    return report.as_json()


def _report_of(found: ImportRun) -> Report:
    took = found.ended_at - found.began_at if found.ended_at and found.began_at else datetime.timedelta()
    return Report({**runs.no_counts(), **found.counts}, took.total_seconds(), found.act_id)


@job("import.check", lane=LONG, title=gettext_lazy("Dry run of an import"))
def _check_job(at_work: JobAtWork) -> dict[str, Any]:
    report = run(at_work.actor, int(at_work.args["run"]), dry_run=True, progress=at_work.progress)
    return {**report.as_json(), "problems": report.problems, "error": report.error}
