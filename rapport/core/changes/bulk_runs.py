"""Orders for more records than a request may change: the set is fixed when the work begins, and done in chunks.

Each chunk is one transaction together with the place it ends at. So a run that was killed goes on behind its last
whole chunk, and every record is changed once.
"""

import datetime
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import from_json, to_json
from rapport.core.access.levels import demand
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.changes.models import BulkRun
from rapport.core.errors import Conflict, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import LEFT, Act
from rapport.core.jobs.models import Job
from rapport.core.jobs.queue import enqueue
from rapport.core.objects import bulk, registry
from rapport.core.objects.bulk import MOST_REASONS, Order, Outcome
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import durability
from rapport.lib import clock, faults
from rapport.lib.pace import Pace

KEPT = datetime.timedelta(days=30)  # an order that ended is forgotten then; its act stays


def start(actor: Actor, spec: ObjectSpec, order: Order, wanted: ListQuery | Sequence[int]) -> Job:
    """Puts an order into the queue, for the records with these ids or for all that a list shows."""
    bulk.check(actor, spec, order)
    with transaction.atomic():
        BulkRun.objects.filter(created_at__lt=clock.now() - KEPT).delete()
        run = BulkRun(
            kind=spec.key, verb=order.verb, field=order.field, value=order.value, user_id=actor.user_id,
            created_at=clock.now(),
        )  # fmt: skip
        if isinstance(wanted, ListQuery):
            run.query = {"condition": to_json(wanted.condition), "find": wanted.find, "trash": wanted.trash}
        else:
            run.ids, run.total = packed(wanted), len(wanted)
        run.save()
        run.job = enqueue("bulk", {"order": run.pk}, actor)
        run.save(update_fields=["job"])
    return run.job


def carry_on(actor: Actor, run_id: int, *, progress: Callable[[int, int], Any] | None = None) -> BulkRun:
    """Does an order, or goes on with one that was broken off. Conflict if somebody else is at it."""
    run = BulkRun.objects.select_related("act").filter(pk=run_id).first()
    spec = registry.find(run.kind) if run else None
    if run is None or spec is None:
        raise NotFound(_("There is no such order any more."))
    order = Order(run.verb, run.field, run.value)
    bulk.check(actor, spec, order)
    ids = _fixed(actor, spec, order, run)
    pace = Pace(bulk.AT_ONCE)
    with durability.resumable():
        while run.place < run.total:
            _chunk(actor, spec, order, run, ids[run.place : run.place + pace.size], pace)
            faults.point("bulk.chunk")
            if progress:
                progress(run.place, run.total)
    return run


def act_of(run_id: int | None) -> int | None:
    """The act of an order, if anything came of it."""
    return BulkRun.objects.filter(pk=run_id or 0).values_list("act_id", flat=True).first()


def _fixed(actor: Actor, spec: ObjectSpec, order: Order, run: BulkRun) -> Sequence[int]:
    """The records of the order: read and kept before the first of them changes."""
    if run.ids is None:
        asked = run.query
        query = ListQuery(condition=from_json(asked["condition"]), find=asked["find"], trash=asked["trash"])
        demand(actor, spec, order.action)
        rows = rows_matching(actor, spec, query, order.action, by_id=True).order_by("pk")
        found = array("q", rows.values_list("pk", flat=True).iterator(chunk_size=10_000))
        fix(run, packed(found), len(found))
        faults.point("bulk.fixed")
    return unpacked(bytes(run.ids or b""))


def _chunk(actor: Actor, spec: ObjectSpec, order: Order, run: BulkRun, ids: Sequence[int], pace: Pace) -> None:
    outcome = Outcome()
    place = run.place + len(ids)
    with acting(actor, f"bulk.{order.verb}", label=bulk.label(spec, order), act=run.act) as act, pace:
        pace.rows = len(ids)
        claim(run)
        bulk.take(actor, spec, order, ids, act, outcome)
        faults.point("bulk.marking")
        keep(run, act, outcome, place)
    run.act, run.place = act, place


# -------------------------------------------------------------------- what every run of chunks does
def fix(run: BulkRun, ids: bytes, total: int, left: Outcome | None = None) -> None:
    """Keeps what a run is about (:func:`packed`), and what is left aside from the start, unless another worker was
    first: then what that one found holds.
    """
    run.ids, run.total = ids, total
    if left is not None:
        run.left, run.left_count = left.left, left.left_count
    fixed = {"ids": run.ids, "total": run.total, "left": run.left, "left_count": run.left_count}
    if not BulkRun.objects.filter(pk=run.pk, ids=None).update(**fixed):
        run.refresh_from_db(fields=fixed)


def claim(run: BulkRun) -> None:
    """First of all in a chunk: of two workers with the same run, one takes the lock and the other one stops here.
    Conflict for that one.
    """
    if not BulkRun.objects.filter(pk=run.pk, place=run.place).update(place=run.place):
        raise Conflict(_("This goes on elsewhere."))


def keep(run: BulkRun, act: Act, outcome: Outcome, place: int) -> None:
    """Last of all in a chunk: how far the run is, and what came of it."""
    if run.left:  # read afresh: an erasure may have blanked it
        run.left = BulkRun.objects.values_list("left", flat=True).get(pk=run.pk)
    run.left = [*run.left, *outcome.left][:MOST_REASONS]
    run.changed_count += outcome.changed
    run.left_count += outcome.left_count
    if run.left_count:
        act.counts[LEFT] = run.left_count
    BulkRun.objects.filter(pk=run.pk).update(
        act=act, place=place, left=run.left, changed_count=run.changed_count, left_count=run.left_count
    )
    Act.objects.filter(pk=act.pk).update(counts=act.counts)


def packed(ids: Iterable[int]) -> bytes:
    """Ids as bytes: the differences from one to the next, deflated. A million that lie together take some 20 kB."""
    last, steps = 0, array("q")
    for pk in ids:
        steps.append(pk - last)
        last = pk
    return zlib.compress(steps.tobytes(), 1)


def unpacked(stored: bytes) -> Sequence[int]:
    """Inverse of :func:`packed`: eight bytes for each id."""
    ids = array("q")
    ids.frombytes(zlib.decompress(stored))
    last = 0
    for place, step in enumerate(ids):
        last += step
        ids[place] = last
    return ids
