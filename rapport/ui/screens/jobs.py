"""The page of a job: how far it is, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from rapport.core.importing import runs
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

TITLES = {
    "import.run": _("Import"),
    "import.check": _("Dry run of an import"),
    "undo": _("Undo"),
    "bulk": _("Change of many records"),
    "export": _("Export"),
}
STATES = {
    "queued": (_("Waiting"), "grey"),
    "running": (_("At work"), "blue"),
    "done": (_("Done"), "green"),
    "failed": (_("Failed"), "red"),
    "cancelled": (_("Cancelled"), "grey"),
}


def share_of(job: Job) -> float | None:
    """How much is done, in percent; None where that is not known."""
    if job.state == "done":
        return 100.0
    return round(100 * job.done_count / job.total_count, 1) if job.total_count else None


@require_safe
def job_screen(request: HttpRequest, job_id: int) -> HttpResponse:
    """GET the page; its block ``state`` alone for htmx, which asks again as long as the job is under way."""
    job = queue.get_job(actor_of(request), job_id)
    words, tone = STATES.get(job.state, (job.state, "grey"))
    context: dict[str, Any] = {
        "job": job,
        "title": TITLES.get(job.kind, job.kind),
        "words": words,
        "tone": tone,
        "busy": job.state in ("queued", "running"),
        "share": share_of(job),
        "import_id": job.args.get("run") or runs.run_of_act(job.args.get("act")),
    }
    fragment = "state" if getattr(request, "htmx", None) and not request.htmx.boosted else None  # type: ignore[attr-defined]
    return render(request, "import/job.html", context, fragment=fragment)


@require_POST
def cancel_screen(request: HttpRequest, job_id: int) -> HttpResponse:
    """Asks the job to end."""
    queue.cancel(actor_of(request), job_id)
    return HttpResponseRedirect(f"/jobs/{job_id}")
