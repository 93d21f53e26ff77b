"""Merging many duplicates at once: all pairs above a likeness, or some that were selected, as one act.

Pairs that share a record make one group. Which record of a group stays is said by a rule; nobody chooses values, so
those of it stay, gaps are filled from the others, and lists are put together. What is fixed when the work begins is
done in chunks, as every order for many records is (``core/changes/bulk_runs``).
"""

import datetime
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import called
from rapport.core.access.special import demand_right, may_right
from rapport.core.access.visible import seen_among
from rapport.core.changes.bulk_runs import KEPT, claim, fix, keep, packed, unpacked
from rapport.core.changes.models import BulkRun
from rapport.core.errors import BadQuery, NotFound, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.jobs.models import Job
from rapport.core.jobs.queue import enqueue
from rapport.core.merging.combining import values_of
from rapport.core.merging.merge import MOST, can_merge, demand_merge, merge, merge_groups
from rapport.core.objects import registry, saving
from rapport.core.objects.bulk import Outcome
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import durability
from rapport.lib import clock, faults
from rapport.lib.pace import Pace
from rapport.people.duplicates import queue
from rapport.people.duplicates.models import DuplicatePair
from rapport.people.duplicates.running import as_found

KIND = "bulk.merge"
VERB = "merge"
LIKELY = 950  # thousandths: from here on pairs are merged unless another likeness is chosen
LEAST = 500
LARGEST = 10  # records of one group; where more seem to be one, somebody should look
PREVIEWED = 1_000  # pairs that a preview looks at
OLDER, FULLER = "older", "fuller"
RULES = {OLDER: gettext_lazy("the older one"), FULLER: gettext_lazy("the one with more in it")}
_PART = 500
_TOGETHER = 16  # groups that are merged at once


@dataclass(frozen=True)
class Wanted:
    """Which pairs are merged, ``pairs`` or all of at least ``likeness`` (thousandths); ``rule`` says which stays."""

    rule: str = OLDER
    likeness: int = LIKELY
    pairs: tuple[int, ...] = ()


@dataclass
class Plan:
    """What would be merged: ``groups`` of records, how many ``pairs`` that is; how many groups are ``too_large`` and
    pairs have ``changed`` since they were compared. ``is_more``: there are pairs that were not looked at.
    """

    groups: list[list[int]] = field(default_factory=list)
    pairs: int = 0
    too_large: int = 0
    changed: int = 0
    is_more: bool = False


def can_merge_many(actor: Actor, spec: ObjectSpec) -> bool:
    """Whether the actor may merge many records at once."""
    return can_merge(actor, spec) and may_right(actor, "bulk")


def check(actor: Actor, spec: ObjectSpec, wanted: Wanted) -> None:
    """NotAllowed or BadQuery with the reason, for what nobody could do."""
    demand_merge(actor, spec)
    demand_right(actor, "bulk")
    if wanted.rule not in RULES or not LEAST <= wanted.likeness <= 1_000:
        raise BadQuery(_("Choose how alike pairs must be, and which record stays."))


def plan(actor: Actor, spec: ObjectSpec, wanted: Wanted, *, most: int | None = None) -> Plan:
    """What would be merged, of the first ``most`` pairs: both records live, seen by the actor, and as they were when
    they were compared.
    """
    made, edges = Plan(), []
    asked = None if most is None else most + 1  # one more tells whether that is all
    ids = queue.waiting_ids(spec.key, likeness=wanted.likeness, pairs=wanted.pairs, most=asked)
    if most is not None:
        made.is_more, ids = len(ids) > most, ids[:most]
    for start in range(0, len(ids), _PART):
        rows = list(DuplicatePair.objects.filter(pk__in=ids[start : start + _PART]))
        seen = [shown.pair for shown in queue.shown(actor, spec, rows)]
        good = as_found(spec.key, seen)
        made.changed += len(seen) - len(good)
        edges += [(pair.one_id, pair.other_id) for pair in good]
    made.pairs = len(edges)
    groups = _joined(edges)
    made.groups = [group for group in groups if len(group) <= LARGEST]
    made.too_large = len(groups) - len(made.groups)
    return made


def start(actor: Actor, spec: ObjectSpec, wanted: Wanted) -> Job:
    """Puts the merge into the queue."""
    check(actor, spec, wanted)
    with transaction.atomic():
        BulkRun.objects.filter(created_at__lt=clock.now() - KEPT).delete()
        run = BulkRun.objects.create(
            kind=spec.key, verb=VERB, field=wanted.rule, user_id=actor.user_id, created_at=clock.now(),
            value={"likeness": wanted.likeness, "pairs": wanted.pairs},
        )  # fmt: skip
        run.job = enqueue(KIND, {"order": run.pk}, actor)
        run.save(update_fields=["job"])
    return run.job


def carry_on(actor: Actor, run_id: int, *, progress: Callable[[int, int], Any] = lambda _done, _total: None) -> BulkRun:
    """Merges what was ordered, or goes on where that was cut off. Conflict if somebody else is at it."""
    run = BulkRun.objects.select_related("act").filter(pk=run_id, verb=VERB).first()
    spec = registry.find(run.kind) if run else None
    if run is None or spec is None:
        raise NotFound(_("There is no such order any more."))
    kept: dict[str, Any] = run.value or {}
    wanted = Wanted(run.field, int(kept["likeness"]), tuple(kept["pairs"]))
    check(actor, spec, wanted)
    groups = _fixed(actor, spec, wanted, run)
    pace = Pace(_PART, most=_PART)
    with durability.resumable():
        while run.place < run.total:
            _chunk(actor, spec, wanted.rule, run, groups, pace)
            faults.point("duplicates.merged")
            progress(run.place, run.total)
    return run


def stays_of(actor: Actor, spec: ObjectSpec, groups: Sequence[Sequence[int]], rule: str) -> list[list[int]]:
    """Of each group those that are live and seen, the one that stays first."""
    rows = {row.pk: row for row in seen_among(actor, spec, [pk for group in groups for pk in group])}
    values = values_of(spec, list(rows.values())) if rule == FULLER and rows else {}

    def rank(pk: int) -> tuple[int, datetime.datetime, int]:
        filled = sum(not spec.by_key[key].is_empty(one) for key, one in values.get(pk, {}).items())
        return -filled, rows[pk].created_at, pk

    return [sorted((pk for pk in group if pk in rows), key=rank) for group in groups]


def left_aside(made: Plan) -> list[str]:
    """What is not merged, in sentences."""
    told = []
    if made.too_large:
        told.append(_("Groups of more than %(most)s records, to be looked at: %(count)s.") % {
            "most": LARGEST, "count": made.too_large,
        })  # fmt: skip
    if made.changed:
        told.append(_("Pairs of which one changed since they were compared: %(count)s.") % {"count": made.changed})
    return told


# -------------------------------------------------------------------- pieces
def _joined(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Records that hang together by pairs, as groups."""
    leads: dict[int, int] = {}

    def top(pk: int) -> int:
        while (above := leads.setdefault(pk, pk)) != pk:
            leads[pk] = leads[above]
            pk = above
        return pk

    for one, other in edges:
        first, second = sorted((top(one), top(other)))
        leads[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for pk in sorted(leads):
        groups[top(pk)].append(pk)
    return list(groups.values())


def _fixed(actor: Actor, spec: ObjectSpec, wanted: Wanted, run: BulkRun) -> list[list[int]]:
    """The groups of the order, found and kept before the first of them is merged; nought stands between two."""
    if run.ids is None:
        made = plan(actor, spec, wanted)
        aside = Outcome(left=left_aside(made), left_count=made.too_large + made.changed)
        fix(run, packed(pk for group in made.groups for pk in (*group, 0)), len(made.groups), aside)
        faults.point("duplicates.fixed")
    return _parted(unpacked(bytes(run.ids or b"")))


def _parted(ids: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    group = array("q")
    for pk in ids:
        if pk:
            group.append(pk)
        else:
            groups.append(group.tolist())
            group = array("q")
    return groups


def _chunk(actor: Actor, spec: ObjectSpec, rule: str, run: BulkRun, groups: list[list[int]], pace: Pace) -> None:
    """Merges groups in one transaction until it has taken its time, at least one."""
    outcome, place = Outcome(), run.place
    with acting(actor, f"{spec.key}.merge", act=run.act) as act, pace:
        claim(run)
        while place < run.total and (place == run.place or not pace.is_up):
            some = groups[place : place + _TOGETHER]
            _merge_some(actor, spec, rule, some, act, outcome)
            place += len(some)
        pace.rows = place - run.place
        keep(run, act, outcome, place)
    run.act, run.place = act, place


def _merge_some(
    actor: Actor, spec: ObjectSpec, rule: str, groups: Sequence[Sequence[int]], act: Act, outcome: Outcome
) -> None:
    """Makes one record of each of some groups, together; where one is refused, group by group."""
    orders = stays_of(actor, spec, groups, rule)
    orders = [order for order in orders if len(order) > 1]  # others: merged meanwhile, or in the trash
    small = {order[0]: order[1:] for order in orders if len(order) <= MOST}
    alone = [order for order in orders if len(order) > MOST]
    if small and not _refusal(act, lambda: merge_groups(actor, spec, small, act)):
        outcome.changed += sum(map(len, small.values()))
        small = {}
    for order in [*([winner, *losers] for winner, losers in small.items()), *alone]:
        _merge_group(actor, spec, order, act, outcome)


def _merge_group(actor: Actor, spec: ObjectSpec, order: Sequence[int], act: Act, outcome: Outcome) -> None:
    """Makes one record of a group, or leaves it as a whole."""
    winner, losers = order[0], order[1:]

    def work() -> None:
        for begin in range(0, len(losers), MOST - 1):
            merge(actor, spec, winner, losers[begin : begin + MOST - 1], act=act)

    if (refusal := _refusal(act, work)) is None:
        outcome.changed += len(losers)
        return
    titles = seen_among(actor, spec, list(order)).values_list("title", flat=True)
    outcome.refuse(f"{', '.join(called(actor, spec, title) for title in titles)}: {refusal.message}")


def _refusal(act: Act, work: Callable[[], None]) -> Refused | None:
    """Does it as a whole, or not at all: then the reason."""
    counts = dict(act.counts)
    try:
        with saving.unless_taken(), transaction.atomic():
            work()
    except Refused as refusal:
        act.counts.clear()
        act.counts.update(counts)
        return refusal
    return None
