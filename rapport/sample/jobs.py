"""Work of the sample that takes longer than a request: clearing it, loading it, taking another one."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG
from rapport.sample import clearing, loading

PER_PERSON = 3.2  # records of a sample for each of its people: a guess, for the progress


@job("sample.clear", lane=LONG, title=gettext_lazy("Clearing the sample company"))
def clear_job(at_work: JobAtWork) -> dict[str, Any]:
    """Takes the sample away. Started again it goes on where it ended."""
    total = clearing.size().total
    counts = clearing.clear(lambda done: at_work.progress(done, max(total, done)))
    return {
        "counts": counts,
        "message": _("The sample company is gone. What you entered is still here."),
        "url": "/",
        "refresh": True,
    }


@job("sample.load", lane=LONG, title=gettext_lazy("Loading the sample company"))
def load_job(at_work: JobAtWork) -> dict[str, Any]:
    """Loads the sample of ``trade``, in place of the one that is there."""
    trade, language = str(at_work.args["trade"]), str(at_work.args["language"])
    before = clearing.size().total if loading.is_loaded() else 0
    total = before + round(loading.USUAL_PEOPLE * PER_PERSON)
    if before:
        clearing.clear(lambda done: at_work.progress(done, max(total, done)))
    # In one transaction, in which the lease cannot be renewed: the keeper of the worker does that meanwhile.
    counts = loading.load(trade, language=language)
    at_work.progress(total, total)
    return {"counts": counts, "message": _("The sample company is here. Look around."), "url": "/", "refresh": True}
