"""Writing all entries anew: after an upgrade, when field rules change, or because somebody asks for it.

A rebuild goes through the records of a kind in the order of their ids, a chunk in each transaction, and notes where
it is: one that was cut off goes on there. Saves meanwhile write their own entries.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.core.search import fulltext, gin, scopes
from rapport.core.search.entries import FOLLOW, linked_to, rewrite
from rapport.core.search.models import SearchScope
from rapport.lib.faults import point

CHUNK = 2_000  # records in one transaction; it holds SQLite's write lock for about 0.2 s
REBUILD = "search.rebuild"
Progress = Callable[[int, int], Any]


def rebuild(kinds: Sequence[str] | None = None, *, anew: bool = True, progress: Progress | None = None) -> int:
    """Writes the entries of these kinds (default: all) anew; returns how many records it went through.

    With ``anew`` from the beginning; else only what was left undone. ``progress`` hears after each chunk how many
    records of how many are done.
    """
    ensure_tables()
    scopes.refresh()
    specs = [spec for spec in registry.every() if kinds is None or spec.key in kinds]
    if anew:
        for spec in specs:
            SearchScope.objects.update_or_create(kind=spec.key, defaults={"position": 0})
    todo = [spec for spec in specs if SearchScope.objects.filter(kind=spec.key, position__isnull=False).exists()]
    total = Record.objects.filter(kind__in=[spec.key for spec in todo]).count()
    done = 0
    for spec in todo:
        while count := _chunk(spec):
            done += count
            if progress:
                progress(done, total)
    return done


def ask_if_needed() -> None:
    """Leaves to the worker what must be written anew; asks only once."""
    with transaction.atomic():
        ensure_tables()
        if scopes.refresh():
            ask()


def ask() -> None:
    """Leaves what was left undone to the worker, unless it has been asked to already."""
    if not Job.objects.filter(kind=REBUILD, state="queued").exists():
        queue.enqueue(REBUILD, {}, Actor.system(via="job"))


def ensure_tables() -> None:
    """Makes the full-text tables or indexes of objects that are new. On SQLite kinds with records need a rebuild."""
    kinds = [spec.key for spec in registry.every()]
    gin.ensure(kinds)
    for kind in fulltext.ensure(kinds):
        if Record.objects.filter(kind=kind).exists():
            SearchScope.objects.update_or_create(kind=kind, defaults={"is_ready": False, "position": 0})


def _chunk(spec: ObjectSpec) -> int:
    """Does some records in one transaction; returns how many, 0 when the kind is done."""
    with transaction.atomic():
        scope = SearchScope.objects.select_for_update().get(kind=spec.key)
        rows = Record.objects.filter(kind=spec.key, pk__gt=scope.position or 0).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:CHUNK])
        if ids:
            rewrite(spec, ids, anew=True)
            scope.position = ids[-1]
        else:
            scope.position, scope.is_ready, scope.apart = None, True, scope.hidden
        scope.save()
        point("search.rebuilt")
    return len(ids)


@job(REBUILD, lane=LONG, title=gettext_lazy("Building the search anew"))
def rebuild_job(at_work: JobAtWork) -> dict[str, Any]:
    """What is left undone of a rebuild."""
    return {"records": rebuild(anew=False, progress=at_work.progress)}


@job(FOLLOW, lane=LONG, title=gettext_lazy("Finding records by a new name"))
def follow_job(at_work: JobAtWork) -> dict[str, Any]:
    """Records linked to something that was renamed are found by its new name."""
    spec = registry.get(at_work.args["kind"])
    field: Any = spec.by_key[at_work.args["field"]]
    done, last = 0, 0
    while True:
        with transaction.atomic():
            ids = list(linked_to(spec, field, at_work.args["ids"]).filter(pk__gt=last)[:CHUNK])
            rewrite(spec, ids)
        if not ids:
            return {"records": done}
        done, last = done + len(ids), ids[-1]
        at_work.progress(done)
