"""Bringing an archive in: step by step, each chunk one transaction together with the line it ends at.

First the fields, then the records of each object, once more those whose links led to what came later, then the files.
What was killed goes on behind its last whole chunk: a job by itself, a command when it is given again. An import that
is repeated changes what it made before and doubles nothing, for ids become external ids.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.access.special import demand_right
from rapport.core.archives import fields, layout, runs, storing
from rapport.core.archives.attaching import Attacher
from rapport.core.archives.carrying import Carrier
from rapport.core.archives.checking import Archive
from rapport.core.archives.guide import Guide
from rapport.core.archives.models import ArchiveRun
from rapport.core.audit.notes import tell as tell_audit
from rapport.core.errors import Conflict, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.importing.reading import CREATED, FAILED, UPDATED
from rapport.core.importing.running import HOLD_SECONDS, MOST_ROWS
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Cancelled, JobAtWork, Progress, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.jobs.schedules import schedule
from rapport.core.notices.telling import tell
from rapport.core.objects import registry
from rapport.core.records import durability, statistics
from rapport.core.records.wipes import also
from rapport.lib import clock
from rapport.lib.faults import point
from rapport.lib.pace import Pace

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_PROBLEMS = 200  # lines that are named
MOST_CHUNK = 8 * 1024 * 1024  # bytes of lines after which a chunk ends
FILES_AT_ONCE = 20
FILES = "file"  # under which files are counted


class Elsewhere(Conflict):
    """Somebody else goes on with the import, or ended it: whoever meets this has no say about it any more."""


class Step(NamedTuple):
    """A step: what is done with a member. ``kind`` is that of the records in it."""

    do: str
    path: str
    kind: str = ""


def start(actor: Actor, source: Any, name: str, size: int) -> ArchiveRun:
    """Keeps an archive and lets a job bring it in, or go on where that broke off. Invalid if it is none."""
    run = runs.kept(actor, source, name, size)
    run = runs.broken(actor, run) or run
    with transaction.atomic():
        run.job = queue.enqueue("import.everything", {"archive": run.pk}, actor)
        run.state, run.error, run.ended_at = "queued", "", None
        run.save(update_fields=["job", "state", "error", "ended_at"])
    return run


def bring(actor: Actor, path: Path, progress: Progress | None = None) -> ArchiveRun:
    """Brings the archive at a path in at once, or goes on where the last try with it broke off or was killed."""
    demand_right(actor, "everything")
    run = runs.broken(actor, path)
    if run is None:
        with path.open("rb") as source:
            run = runs.kept(actor, source, path.name, path.stat().st_size)
    try:
        return work(actor, run.pk, progress)
    except Elsewhere:
        raise
    except BaseException:
        runs.break_off(run)
        raise


def work(actor: Actor, run_id: int, progress: Progress | None = None) -> ArchiveRun:
    """Brings an archive in, or goes on with one that was broken off. Refused: nothing of the chunk at hand was kept."""
    demand_right(actor, "everything")
    run = ArchiveRun.objects.get(pk=run_id)
    if run.state in ("done", "cancelled") or not run.stored_name:
        raise Conflict(_("This import has ended already."))
    ArchiveRun.objects.filter(pk=run.pk).update(state="running", error="", ended_at=None)
    try:
        with Archive(storing.path_of(run)) as archive, durability.resumable():
            _Work(actor.through("import"), run, archive, progress).all()
    except Elsewhere:
        raise
    except Refused as refused:
        going = ArchiveRun.objects.filter(pk=run.pk, state="running")
        going.update(state="failed", error=refused.message, ended_at=clock.now())
        raise
    return _end(actor, run)


class _Work:
    def __init__(self, actor: Actor, run: ArchiveRun, archive: Archive, progress: Progress | None) -> None:
        self.actor, self.run, self.archive, self.progress = actor, run, archive, progress
        self.guide = Guide(archive, actor)
        self.pace = Pace(most=MOST_ROWS, seconds=HOLD_SECONDS[connection.vendor])
        self.done = 0  # bytes of members that have been gone through
        self.total = sum(entry.size for entry in archive.members.values()) * 2

    def all(self) -> None:
        if not self.run.act_id:
            self.archive.check(partial(self._tick, 0))
        for number, step in enumerate(steps_of(self.archive)):
            if number >= self.run.step:
                self._do(step)
                self._next(number + 1)

    def _do(self, step: Step) -> None:
        if step.do == "fields":
            self._chunk(lambda act: fields.bring(self.actor, self.archive, self._problem), self.run.line)
        elif step.do == "files":
            self._files(step)
        elif (spec := self._spec(step)) is not None and (step.do == "records" or step.kind in self._list("again")):
            self._records(step, spec)

    def _spec(self, step: Step) -> "ObjectSpec | None":
        spec = registry.find(step.kind)
        if spec is not None and level_of(self.actor, spec.key, "create") > Level.NONE:
            return spec
        if step.do == "records" and not self.run.line:
            self._chunk(partial(self._leave_out, step), 1)
        return None

    def _leave_out(self, step: Step, _act: Act) -> None:
        self._problem(step.path, 0, _("There is no such object here, or you may not create it."))
        self._count(step.kind, FAILED, self.archive.members[step.path].rows)

    # ------------------------------------------------------------ records
    def _records(self, step: Step, spec: "ObjectSpec") -> None:
        again = step.do == "again"
        carrier = Carrier(self.actor, spec, self.guide, again=again)
        created = 0
        with closing(self.archive.lines(step.path, self.run.line)) as lines:
            while chunk := _chunk_of(lines, self.pace.size):
                point("archive.read")
                before = _made(self.run, spec)
                self._chunk(partial(self._bring, step, carrier, chunk), chunk[-1][0])
                created += _made(self.run, spec) - before
                self._tick(sum(len(text) for _number, text in chunk))
                statistics.refresh_between(spec.model, created)
        statistics.refresh_after(spec.model, created)

    def _bring(self, step: Step, carrier: Carrier, chunk: list[tuple[int, bytes]], act: Act) -> None:
        self.pace.rows = len(chunk)
        carrier.without_owner = carrier.without_team = 0
        for line in carrier.bring(chunk, act):
            if step.do == "again":
                self._count_again(step, line)
                continue
            self._count(step.kind, line.outcome, 1)
            if line.reason:
                self._problem(step.path, line.number, line.reason)
            if line.waits and step.kind not in self._list("again"):
                self._list("again").append(step.kind)
        for name, count in (("without_owner", carrier.without_owner), ("without_team", carrier.without_team)):
            if count:
                self.run.report[name] = self.run.report.get(name, 0) + count

    def _count_again(self, step: Step, line: Any) -> None:
        """A line that could not be stored before what it leads to was there, and now could."""
        if line.outcome == CREATED:
            self._count(step.kind, FAILED, -1)
            self._count(step.kind, CREATED, 1)
            told = self._list("problems")
            self.run.report["problems"] = [one for one in told if one[:2] != [step.path, line.number]]

    # ------------------------------------------------------------ files
    def _files(self, step: Step) -> None:
        attacher = Attacher(self.actor, self.archive, self.guide)
        with closing(self.archive.lines(step.path, self.run.line)) as lines:
            while chunk := list(islice(lines, FILES_AT_ONCE)):
                held = attacher.hold(chunk)
                self._chunk(partial(self._attach, step, attacher, held), chunk[-1][0])
                self._tick(sum(len(text) for _number, text in chunk))

    def _attach(self, step: Step, attacher: Attacher, held: list[Any], act: Act) -> None:
        attacher.put(held, act)
        for one in held:
            self._count(FILES, FAILED if one.problem else CREATED if one.is_new else "unchanged", 1)
            if one.problem:
                self._problem(step.path, one.number, one.problem)

    # ------------------------------------------------------------ chunks
    def _chunk(self, bring: Callable[[Act], None], line: int) -> None:
        run = self.run
        with acting(self.actor, "import", label=run.file_name, act=run.act) as act, self.pace:
            # First of all: of two workers with the same run, one moves it on and the other one stops here.
            mine = ArchiveRun.objects.filter(pk=run.pk, step=run.step, line=run.line, state="running")
            if not mine.update(line=line):
                raise Elsewhere(_("This import goes on elsewhere."))
            # Read afresh: an erasure may have blanked the problems.
            run.report = ArchiveRun.objects.values_list("report", flat=True).get(pk=run.pk)
            bring(act)
            ArchiveRun.objects.filter(pk=run.pk).update(counts=run.counts, report=run.report, act=act)
            Act.objects.filter(pk=act.pk).update(counts=act.counts)
            point("archive.written")
        run.act, run.line = act, line

    def _next(self, step: int) -> None:
        ArchiveRun.objects.filter(pk=self.run.pk, state="running").update(step=step, line=0)
        self.run.step, self.run.line = step, 0

    def _list(self, name: str) -> list[Any]:
        found: list[Any] = self.run.report.setdefault(name, [])
        return found

    def _problem(self, path: str, line: int, sentence: str) -> None:
        if len(self._list("problems")) < MOST_PROBLEMS:
            self._list("problems").append([path, line, sentence])

    def _count(self, kind: str, outcome: str, by: int) -> None:
        counted = self.run.counts.setdefault(kind, {})
        counted[outcome] = counted.get(outcome, 0) + by
        if not counted[outcome]:
            del counted[outcome]

    def _tick(self, size: int) -> None:
        self.done += size
        if self.progress:
            self.progress(min(self.done, self.total), self.total)


def steps_of(archive: Archive) -> Iterator[Step]:
    """What is done with an archive, one thing after the other; the same each time."""
    yield Step("fields", layout.FIELDS)
    known = {spec.key: spec for spec in registry.every()}
    kinds = [spec.key for spec in layout.in_order(known[kind] for kind in archive.kinds() if kind in known)]
    kinds += [kind for kind in archive.kinds() if kind not in known]
    for do in ("records", "again"):
        yield from (Step(do, layout.records(kind), kind) for kind in kinds)
    yield Step("files", layout.FILES)


def _chunk_of(lines: Iterator[tuple[int, bytes]], most: int) -> list[tuple[int, bytes]]:
    """The next lines: so many at most, and fewer where they are long."""
    chunk: list[tuple[int, bytes]] = []
    size = 0
    while len(chunk) < most and size < MOST_CHUNK and (numbered := next(lines, None)) is not None:
        chunk.append(numbered)
        size += len(numbered[1])
    return chunk


def _made(run: ArchiveRun, spec: "ObjectSpec") -> int:
    return int(run.counts.get(spec.key, {}).get(CREATED, 0))


def _end(actor: Actor, run: ArchiveRun) -> ArchiveRun:
    run.refresh_from_db()
    with acting(actor, "import", act=run.act) as act:
        ended = ArchiveRun.objects.filter(pk=run.pk, state="running").update(state="done", ended_at=clock.now())
        if ended:
            sums = {kind: sum(counts.values()) for kind, counts in run.counts.items()}
            tell_audit(actor, act, "import.everything", {"file": run.file_name, **sums})
        if ended and run.user_id is not None:
            text = _("%(file)s is imported") % {"file": run.file_name}
            tell([run.user_id], "job", record_id=None, by_id=None, text=text, url="/settings/everything",
                 once=f"archive:{run.pk}")  # fmt: skip
    run.refresh_from_db()
    storing.forget(run)
    return run


def _close(job_: Job, state: str, sentence: str) -> None:
    going = ArchiveRun.objects.filter(pk=int(job_.args["archive"]), state__in=runs.GOING)
    going.update(state=state, error=sentence, ended_at=clock.now())


def _gave_up(job_: Job, sentence: str) -> None:
    _close(job_, "failed", sentence)


def _cancelled(job_: Job, _sentence: str) -> None:
    _close(job_, "cancelled", "")
    for run in ArchiveRun.objects.filter(pk=int(job_.args["archive"]), state="cancelled"):
        storing.forget(run)


def _retried(job_: Job, _sentence: str) -> None:
    stopped = ArchiveRun.objects.filter(pk=int(job_.args["archive"]), state="failed").exclude(stored_name="")
    if not stopped.update(state="queued", job=job_, ended_at=None, error=""):
        raise Conflict(_("This import cannot go on: it has come to its end, or it is at work."))


@job(
    "import.everything", lane=LONG, title=gettext_lazy("Import of an archive"), gave_up=_gave_up,
    cancelled=_cancelled, retried=_retried,
)  # fmt: skip
def _job(at_work: JobAtWork) -> dict[str, Any]:
    found = ArchiveRun.objects.get(pk=int(at_work.args["archive"]))
    if found.state not in runs.GOING:
        return {"url": "/settings/everything"}  # it had come to its end when the worker died
    try:
        run = work(at_work.actor, found.pk, at_work.progress)
    except Cancelled:
        _cancelled(at_work.job, "")
        raise
    created = sum(counts.get(CREATED, 0) for counts in run.counts.values())
    return {"created": created, "updated": sum(counts.get(UPDATED, 0) for counts in run.counts.values()),
            "failed": sum(counts.get(FAILED, 0) for counts in run.counts.values()), "act": run.act_id,
            "url": "/settings/everything"}  # fmt: skip


@also
def forget_archives(_record_ids: Collection[int]) -> None:
    """Who is erased may stand in any archive that is still kept: all that are not at work go, with what was said.

    Of the report only the problems: an import that is still to go on needs the rest.
    """
    for run in ArchiveRun.objects.exclude(state__in=runs.GOING):
        transaction.on_commit(partial(storing.forget, run))
    for run in ArchiveRun.objects.select_for_update().exclude(report={}):
        left = {name: value for name, value in run.report.items() if name != "problems"}
        ArchiveRun.objects.filter(pk=run.pk).update(report=left)


@schedule("50 4 * * *", "archive.purge", title=gettext_lazy("Removal of old archives"))
def _purge(_at_work: JobAtWork) -> dict[str, Any]:
    storing.drop_old()
    return {}
