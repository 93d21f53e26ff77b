"""Work of the screens that is too large for a request."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.core.changes.bulk_runs import carry_on
from rapport.core.changes.undo import Undone, is_unfinished, size_of, undo, undo_of, undoable
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG
from rapport.core.objects import registry
from rapport.core.segments.models import FIELD
from rapport.ui.screens.bulks import done_words


@job("bulk", lane=LONG, title=gettext_lazy("Change of many records"))
def bulk_job(at_work: JobAtWork) -> dict[str, Any]:
    """An order for many records."""
    run = carry_on(at_work.actor, int(at_work.args["order"]), progress=at_work.progress)
    return {
        "act": run.act_id,
        "changed": run.changed_count,
        "left": run.left,
        "left_count": run.left_count,
        "message": done_words(run.verb, run.changed_count),
        "url": f"/{registry.get(run.kind).path}" + (f"?{FIELD}={run.value}" if run.verb == "segment" else ""),
    }


@job("undo", lane=LONG, title=gettext_lazy("Undo"))
def undo_job(at_work: JobAtWork) -> dict[str, Any]:
    """An undo too large for a request."""
    act_id = int(at_work.args["act"])
    act = undoable(at_work.actor, act_id)
    total, undoing = size_of(act), undo_of(act)
    if at_work.job.attempts > 1 and undoing is not None and not is_unfinished(undoing):
        done = Undone(undoing)  # it had come to its end when the worker died
    else:
        done = undo(at_work.actor, act_id, progress=lambda count: at_work.progress(count, max(total, count)))
    counts = {"trashed": done.trashed, "changed": done.changed, "restored": done.restored}
    return {
        **counts,
        "left": done.left,
        "left_count": done.left_count,
        "act": done.act.pk,
        "message": _("Undone."),
        "url": f"/acts/{act_id}",
    }
