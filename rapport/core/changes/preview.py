"""What an undo would do, said before it is done. Reads only, and for a bounded time."""

import time
from dataclasses import dataclass, field

from rapport.accounts.actor import Actor
from rapport.core.changes import deciding, steps, undoers
from rapport.core.changes.left import Leavings, Left, Reason, told
from rapport.core.changes.steps import Stretch
from rapport.core.changes.undo import size_of, undoable
from rapport.core.events.models import Act
from rapport.core.merging.merge import undoing

_CHUNK = 500  # events looked at together


@dataclass
class Preview:
    """How many records would go to the trash, be changed back, return and stay, as far as it ``is_complete``.

    Otherwise ``seen`` of about ``total`` changes were looked at, and each figure is “more than”. ``left`` tells of the
    first that would stay.
    """

    act: Act
    trashed: int = 0
    changed: int = 0
    restored: int = 0
    left_count: int = 0
    left: list[Reason] = field(default_factory=list)
    seen: int = 0
    total: int = 0
    is_complete: bool = False


def preview(actor: Actor, act_id: int, *, seconds: float = 1.0) -> Preview:
    """Looks at an act's changes, newest first, for about so many seconds. Refuses what Undo would refuse."""
    act = undoable(actor, act_id)
    if (way := undoers.of(act)) is not None:
        return Preview(act, changed=way(actor, act, None), total=size_of(act), is_complete=True)
    found, left = Preview(act, total=size_of(act)), Leavings()
    expected: deciding.Known = {}
    end = time.monotonic() + seconds
    worker = undoing(actor, act)
    following = steps.newest_event(act)
    while following is not None:
        part, seen, following = steps.read(act, following, _CHUNK)
        for run in steps.runs(part):
            _look(worker, act, run, found, left, expected)
        found.seen += seen
        if time.monotonic() > end:
            break
    found.is_complete = following is None
    found.left_count, found.left = left.count, told(actor, act, left.first)
    return found


def _look(actor: Actor, act: Act, run: Stretch, found: Preview, left: Leavings, expected: deciding.Known) -> None:
    stay: list[Left] = []
    if run.turn == "change":
        instances = {row.pk: row for row in deciding.targets(actor, run)}
        found.changed += len(deciding.former_values(actor, run, instances, stay, expected))
    else:
        if run.turn == "unmake":
            run = deciding.untouched(act, run, stay)
        reason = "restore" if run.turn == "restore" else "trash"
        there = set(deciding.targets(actor, run).values_list("pk", flat=True))
        stay += [Left(step, reason) for step in run.steps if step.record_id not in there]
        if reason == "restore":
            found.restored += len(there)
        else:
            found.trashed += len(there)
    for one in stay:
        left.add(one)
