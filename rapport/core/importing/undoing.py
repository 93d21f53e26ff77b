"""Undo of what an import (or any act) did: at once if it is little, as a job if it is much."""

from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import Undone, undo
from rapport.core.events.models import Change
from rapport.core.importing.models import ImportRun
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import Progress, Task, job
from rapport.core.jobs.models import Job

AT_ONCE = 200  # changes that are taken back within a request


def undo_act(actor: Actor, act_id: int, *, progress: Progress | None = None) -> Undone:
    """Takes an act back as ``core.changes.undo`` does, and notes it on the import that the act belongs to."""
    total = Change.objects.filter(event__act_id=act_id).count() if progress else 0
    done = undo(actor, act_id, progress=(lambda seen: progress(seen, total)) if progress else None)
    ImportRun.objects.filter(act_id=act_id).update(state="undone")
    return done


def undo_soon(actor: Actor, act_id: int) -> Undone | Job:
    """Takes an act back now, or asks a worker to if it has more than AT_ONCE changes; then the job is returned."""
    if Change.objects.filter(event__act_id=act_id)[: AT_ONCE + 1].count() <= AT_ONCE:
        return undo_act(actor, act_id)
    asked = queue.enqueue("act.undo", {"act": act_id}, actor)
    ImportRun.objects.filter(act_id=act_id).update(job=asked)
    return asked


@job("act.undo")
def _undo_job(task: Task) -> dict[str, Any]:
    done = undo_act(task.actor, int(task.args["act"]), progress=task.progress)
    return {"trashed": done.trashed, "changed": done.changed, "restored": done.restored, "left": done.left[:100]}
