"""Work of the screens that is too large for a request."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.core.changes.undo import undo
from rapport.core.events.models import Change
from rapport.core.jobs.handlers import Task, job
from rapport.core.jobs.models import LONG
from rapport.core.objects import registry
from rapport.core.objects.bulk import bulk
from rapport.ui.screens.bulks import done_words


@job("bulk", lane=LONG, title=gettext_lazy("Change of many records"))
def bulk_job(task: Task) -> dict[str, Any]:
    """A bulk act too large for a request."""
    spec = registry.get(task.args["kind"])
    act, changed = bulk(
        task.actor, spec, task.args["verb"], task.args["ids"], tag=task.args["tag"], progress=task.progress
    )
    words = done_words(spec, task.args["verb"], changed)
    return {"act": act.pk, "changed": changed, "message": words, "url": f"/{spec.path}"}


@job("undo", lane=LONG, title=gettext_lazy("Undo"))
def undo_job(task: Task) -> dict[str, Any]:
    """An undo too large for a request."""
    act_id = task.args["act"]
    total = Change.objects.filter(event__act_id=act_id).count()
    done = undo(task.actor, act_id, progress=lambda count: task.progress(count, total))
    counts = {"trashed": done.trashed, "changed": done.changed, "restored": done.restored}
    return {**counts, "left": done.left[:100], "act": done.act.pk, "message": _("Undone.")}
