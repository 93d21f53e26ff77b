"""All checks over all records of a kind: each night and when somebody asks, in chunks, each stored as a whole."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.access.visible import unindexed
from rapport.core.errors import Conflict, NotAllowed
from rapport.core.events.consumers import Happening, on
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.jobs.queue import enqueue
from rapport.core.jobs.schedules import schedule
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality import checks
from rapport.core.quality.models import OPEN, Finding, QualityDay, QualityRun
from rapport.core.quality.settling import settle
from rapport.core.records import durability
from rapport.core.records.among import among
from rapport.lib import clock, faults
from rapport.lib.pace import Pace
from rapport.lib.wording import grouped

KIND = "quality.check"
_FIRST = 500  # records of the first chunk
_PART = 1_000  # findings of trashed records that are taken away at once
_KEPT = 20  # runs of each kind that are remembered
_SAVED = (".created", ".updated", ".trashed", ".restored")


def look(actor: Actor, spec: ObjectSpec) -> Job:
    """Puts a check of all records of a kind into the queue; one that waits already is answered again."""
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may start a check. Each night one starts by itself."))
    return enqueue(KIND, {"kind": spec.key}, actor, unique_key=f"{KIND}:{spec.key}")


def check_all(
    spec: ObjectSpec, *, job: Job | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> QualityRun:
    """Looks at all live records of a kind, stores what is found, and how good the data is today.

    Goes on where a run of the same job was cut off. Conflict where another worker is at it.
    """
    run = _open(spec, job)
    total = unindexed(spec).count()
    pace = Pace(_FIRST)
    with durability.resumable():
        while _chunk(spec, run, pace):
            faults.point("quality.chunk")
            progress(run.looked_count, max(total, run.looked_count))
        for _part in _forget_trashed(spec):
            progress(run.looked_count, max(total, run.looked_count))
    _end(spec, run)
    return run


@schedule("40 2 * * *", "quality.nightly", title=gettext_lazy("Nightly check of the data"))
def nightly(at_work: JobAtWork) -> dict[str, Any]:
    """Starts a check of each kind."""
    return {"jobs": [look(at_work.actor, spec).pk for spec in checks.kinds()]}


@job(KIND, lane=LONG, title=gettext_lazy("Check of the data"))
def check_job(at_work: JobAtWork) -> dict[str, Any]:
    """A check of all of a kind."""
    spec = registry.get(str(at_work.args["kind"]))
    run = check_all(spec, job=at_work.job, progress=at_work.progress)
    words = _("Checked: %(count)s. Without a finding: %(clean)s.")
    said = words % {"count": grouped(run.looked_count), "clean": grouped(run.clean_count)}
    return {
        "looked_at": run.looked_count,
        "clean": run.clean_count,
        "message": f"{spec.plural}: {said}",
        "url": f"/quality/{spec.key}",
    }


@on("*", name="check what was saved", but_not=("import", "sample"))
def check_saved(happening: Happening) -> None:
    """Looks again at what was just saved. What an import brings in is looked at in the night."""
    touched: dict[str, list[int]] = {}
    for event in happening.events:
        if event.subject is not None and event.kind.endswith(_SAVED):
            touched.setdefault(event.subject.kind, []).append(event.subject.pk)
    for kind, ids in touched.items():
        spec = registry.find(kind)
        if spec is not None and checks.of(spec):
            settle(spec, list(dict.fromkeys(ids)))


# -------------------------------------------------------------------- pieces
def _open(spec: ObjectSpec, job: Job | None) -> QualityRun:
    begun = QualityRun.objects.filter(kind=spec.key, job=job, ended_at=None).first() if job else None
    return begun or QualityRun.objects.create(kind=spec.key, job=job, began_at=clock.now())


def _chunk(spec: ObjectSpec, run: QualityRun, pace: Pace) -> bool:
    """Looks at the next records in one transaction; False when there were none left."""
    with transaction.atomic(), pace:
        rows = unindexed(spec).filter(pk__gt=run.place).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[: pace.size])
        pace.rows = len(ids)
        if not ids:
            return False
        # Of two workers with the same run, one moves it on and the other one stops here.
        if not QualityRun.objects.filter(pk=run.pk, place=run.place).update(place=ids[-1]):
            raise Conflict(_("This goes on elsewhere."))
        settle(spec, ids, with_others=False)
        run.place = ids[-1]
        run.looked_count += len(ids)
        run.clean_count += len(ids) - _with_findings(ids)
        QualityRun.objects.filter(pk=run.pk).update(looked_count=run.looked_count, clean_count=run.clean_count)
    return True


def _with_findings(ids: Sequence[int]) -> int:
    return Finding.objects.filter(OPEN, among("record_id", ids)).values("record_id").distinct().count()


def _forget_trashed(spec: ObjectSpec) -> Iterator[int]:
    """Findings of records in the trash hold no more; how many of them, part by part.

    They are found by the index of the trash, once, and before anything is locked.
    """
    trashed = Finding.objects.filter(
        kind=spec.key, gone_at=None, record__kind=spec.key, record__trashed_at__isnull=False
    )
    ids = list(trashed.values_list("pk", flat=True))
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        with transaction.atomic():
            gone = trashed.filter(among("pk", part)).update(gone_at=clock.now())
        yield gone


def _end(spec: ObjectSpec, run: QualityRun) -> None:
    with transaction.atomic():
        run.ended_at = clock.now()
        run.save(update_fields=["ended_at"])
        QualityDay.objects.update_or_create(
            kind=spec.key,
            on=clock.today(workspace.current().time_zone),
            defaults={"record_count": run.looked_count, "clean_count": run.clean_count},
        )
        runs = QualityRun.objects.filter(kind=spec.key).order_by("-pk")
        QualityRun.objects.filter(pk__in=list(runs.values_list("pk", flat=True)[_KEPT:])).delete()
