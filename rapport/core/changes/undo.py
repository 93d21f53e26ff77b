"""Taking an act back: what it made goes to the trash, what it changed is put back, what it trashed returns."""

import datetime
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.changes import deciding, steps, undoers
from rapport.core.changes.left import Leavings, Left, sentences
from rapport.core.changes.models import BulkRun
from rapport.core.changes.steps import Stretch
from rapport.core.errors import Conflict, Invalid, NotFound, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import GOES_ON, LEFT, Act, Change
from rapport.core.importing.models import ImportRun
from rapport.core.jobs.models import BUSY
from rapport.core.merging.merge import undoing
from rapport.core.objects import saving
from rapport.core.records import durability
from rapport.core.records.locking import locked
from rapport.lib import clock, faults
from rapport.lib.pace import Pace

UNDO_DAYS = 30
AT_ONCE = 200  # events; a larger act is taken back by the worker
# In an undo's counts: the event it goes on with and how many it has seen (while it is at work), and what it left.
_REST, _SEEN = GOES_ON, "seen"


@dataclass
class Undone:
    """What an undo did, over all its attempts: how many records it trashed, changed back, restored and left alone.

    ``left`` holds the first reasons of this attempt, in sentences.
    """

    act: Act
    left: list[str] = field(default_factory=list)

    @property
    def trashed(self) -> int:
        """Records it moved to the trash."""
        return int(self.act.counts.get("trashed", 0))

    @property
    def changed(self) -> int:
        """Changes it put back."""
        return int(self.act.counts.get("updated", 0))

    @property
    def restored(self) -> int:
        """Records it brought back from the trash."""
        return int(self.act.counts.get("restored", 0))

    @property
    def left_count(self) -> int:
        """Changes that stay, wholly or in part."""
        return int(self.act.counts.get(LEFT, 0))


def undo(actor: Actor, act_id: int, *, progress: Callable[[int], None] | None = None) -> Undone:
    """Takes an act back, newest change first, in chunks; what was changed since stays and is listed.

    Only the one who did it, or an administrator, may; within 30 days; once. An undo that was cut off goes on where
    it stopped when it is asked for again. ``progress`` hears after each chunk how many events are behind.
    """
    act = undoable(actor, act_id)
    if undoers.of(act):
        return _undo_whole(actor, act)
    work = _Work(undoing(actor, act), act)
    with transaction.atomic():  # a small act goes back as a whole or not at all
        work.open()
        more = work.chunk()
    faults.point("undo.opened")
    with durability.resumable() if more else nullcontext():
        while more:
            if progress:
                progress(work.seen)
            more = work.chunk()
            faults.point("undo.chunk")
    if progress and work.seen:
        progress(work.seen)
    return Undone(work.undoing, sentences(actor, work.left.first))


def undoable(actor: Actor, act_id: int) -> Act:
    """The act, if the actor may take it back; NotFound or Conflict with the reason otherwise.

    Somebody else's act answers like one that is not there, except to an administrator.
    """
    act = Act.objects.filter(pk=act_id).first()
    if act is None or not (actor.all_rights or act.user_id == actor.user_id):
        raise NotFound(_("There is no act %(id)s.") % {"id": act_id})
    if act.at < clock.now() - datetime.timedelta(days=UNDO_DAYS):
        raise Conflict(_("This is more than %(days)s days old and can no longer be undone.") % {"days": UNDO_DAYS})
    # Settings, accounts, sharing are told, but without a before.
    if undoers.of(act) is None and not Change.objects.filter(event__act=act).exists():
        raise Conflict(_("This changed no record, so there is nothing to undo."))
    if _is_at_work(act):
        raise Conflict(_("This is still at work. Wait until it has ended, or cancel it; then undo it."))
    return act


def undo_of(act: Act) -> Act | None:
    """The act that took this one back, or is about to."""
    return Act.objects.filter(undoes=act).first()


def is_unfinished(undoing: Act) -> bool:
    """Whether an undo stopped before its end."""
    return _REST in undoing.counts


def size_of(act: Act) -> int:
    """About how many events an act has, without counting them."""
    return sum(count for name, count in act.counts.items() if name not in (_REST, _SEEN, LEFT))


def _undo_whole(actor: Actor, act: Act) -> Undone:
    """Takes back what a room undoes in its own way. Conflict if that was done already, or nothing of it holds."""
    way = undoers.of(act)
    with transaction.atomic(), acting(actor, "undo", label=act.label or act.kind, undoes=_held(act)) as new:
        if way is None or not way(actor, act, new):
            raise Conflict(_("Nothing of this holds any more, so there is nothing to undo."))
    return Undone(new)


def _held(act: Act) -> Act:
    """The act, kept from others until the end of the transaction. Conflict if it has been undone already."""
    list(Act.objects.select_for_update().filter(pk=act.pk))
    if undo_of(act) is not None:
        raise Conflict(_("This has been undone already."))
    return act


def _is_at_work(act: Act) -> bool:
    """Whether a job or a command still adds to the act. An import by the command has no job, only a state."""
    at_work = Q(job__kind="import.run", job__state__in=BUSY) | Q(state__in=("queued", "running"))
    imports = ImportRun.objects.filter(at_work, act=act)
    return imports.exists() or BulkRun.objects.filter(act=act, job__state__in=BUSY).exists()


class _Work:
    """One attempt at one undo. What counts is in the undo's own act, moved on in the transaction of each chunk."""

    def __init__(self, actor: Actor, act: Act) -> None:
        self.actor, self.act = actor, act
        self.pace, self.left = Pace(AT_ONCE), Leavings()
        self.is_small = size_of(act) <= AT_ONCE
        self.undoing: Act
        self.seen = 0

    def open(self) -> None:
        """Makes the act of the undo, or finds one that was cut off. Conflict if it has ended already."""
        list(Act.objects.select_for_update().filter(pk=self.act.pk))  # a second press waits, then hears of it
        begun = undo_of(self.act)
        if begun is not None:
            if not is_unfinished(begun):
                raise Conflict(_("This has been undone already."))
            self.undoing = begun
            return
        if is_unfinished(self.act):  # to take back an undo that stopped half-way ends it where it is
            self.act.counts = {key: value for key, value in self.act.counts.items() if key not in (_REST, _SEEN)}
            Act.objects.filter(pk=self.act.pk).update(counts=self.act.counts)
        with acting(self.actor, "undo", label=self.act.label or self.act.kind, undoes=self.act) as new:
            new.counts[_REST] = steps.newest_event(self.act)
        self.undoing = new

    def chunk(self) -> bool:
        """Takes some changes back in one transaction; False when there were none left or these were the last."""
        with transaction.atomic(), self.pace:  # the pace is that of the work, not of waiting for the lock
            # Read afresh: whoever else is at the same undo has moved the mark.
            counts = Act.objects.select_for_update().values_list("counts", flat=True).get(pk=self.undoing.pk)
            self.undoing.counts = counts
            rest, self.seen = counts.pop(_REST, None), counts.pop(_SEEN, 0)
            if rest is None:
                self.pace.rows = 0
                return False
            before = self.left.count
            found, seen, following = steps.read(self.act, rest, self.pace.size)
            stopped = self._take_back(deque(steps.runs(found)))
            if stopped is not None:
                seen = sum(1 for event in {step.event_id for step in found} if event > stopped)
                following = stopped
            self.pace.rows = seen
            self.seen += seen
            if self.left.count > before:
                counts[LEFT] = counts.get(LEFT, 0) + self.left.count - before
            mark = {_REST: following, _SEEN: self.seen} if following is not None else {}
            faults.point("undo.marking")
            Act.objects.filter(pk=self.undoing.pk).update(counts={**counts, **mark})
        return following is not None

    def _take_back(self, waiting: deque[Stretch]) -> int | None:
        """Works through the runs until they end, or the chunk has used its time: then the event to go on with."""
        last = 0
        while waiting:
            run = waiting.popleft()
            if last and not self.is_small and self.pace.is_up and run.steps[0].event_id != last:
                return run.steps[0].event_id
            last = run.steps[-1].event_id
            self._attempt(run, waiting)
            if waiting and waiting[0].turn == run.turn and waiting[0].steps[0].event_id == run.steps[0].event_id:
                last = 0  # refused as a whole: its parts belong to this chunk
        return None

    def _attempt(self, run: Stretch, waiting: deque[Stretch]) -> None:
        """Takes one run back. Refused, it comes again in halves, so that the others still return."""
        counts = dict(self.undoing.counts)
        left: list[Left] = []
        try:
            with saving.unless_taken(), transaction.atomic():
                waiting.extendleft(reversed(self._do(run, left)))
        except Refused as refused:
            self.undoing.counts.clear()
            self.undoing.counts.update(counts)
            left = []
            if len(run.steps) == 1:
                left = [Left(run.steps[0], "refused", message=refused.message)]
            else:
                waiting.extendleft(reversed(run.halves()))
        for one in left:
            self.left.add(one)

    def _do(self, run: Stretch, left: list[Left]) -> list[Stretch]:
        """Takes one run back; returns what has to be tried again one by one."""
        if run.turn == "change":
            return self._change_back(run, left)
        reason = "restore" if run.turn == "restore" else "trash"
        if run.turn == "unmake":
            run = deciding.untouched(self.act, run, left)
        ids = [step.record_id for step in run.steps]
        work: Any = saving.restore if reason == "restore" else saving.trash
        gone = set(work(self.actor, run.spec, ids, act=self.undoing)) if ids else set()
        left += [Left(step, reason) for step in run.steps if step.record_id not in gone]
        return []

    def _change_back(self, run: Stretch, left: list[Left]) -> list[Stretch]:
        instances = {row.pk: row for row in locked(deciding.targets(self.actor, run))}
        found: list[Left] = []
        values = deciding.former_values(self.actor, run, instances, found)
        rows = [(pk, None, wanted) for pk, wanted in values.items()]
        drafts = saving.update_many(self.actor, run.spec, rows, act=self.undoing) if rows else []
        # What went to the trash, or out of reach, in the moment before its row was locked has no draft.
        lost = values.keys() - {draft.instance.pk for draft in drafts}
        found += [Left(step, "gone") for step in run.steps if step.record_id in lost]
        refused = {draft.instance.pk: draft.errors for draft in drafts if draft.errors}
        again = [step for step in run.steps if step.record_id in refused]
        if len(run.steps) > 1:  # one by one, newest first: what one gives back, another may need
            left += [one for one in found if one.step not in again]
            return [Stretch(run.spec, run.turn, [step]) for step in again]
        left += found
        left += [Left(step, "refused", message=Invalid(refused[step.record_id]).message) for step in again]
        return []
