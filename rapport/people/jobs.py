"""The work of people and companies that is done later."""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG
from rapport.core.jobs.schedules import schedule
from rapport.lib.wording import grouped
from rapport.people.duplicates import many
from rapport.people.duplicates.running import KIND, KINDS, look, search_all


@schedule("20 2 * * *", "people.duplicates.nightly", title=gettext_lazy("Nightly search for duplicates"))
def nightly(at_work: JobAtWork) -> dict[str, Any]:
    """Starts a search for each kind."""
    return {"jobs": [look(at_work.actor, kind).pk for kind in KINDS]}


@job(KIND, lane=LONG, title=gettext_lazy("Search for duplicates"))
def find_duplicates(at_work: JobAtWork) -> dict[str, Any]:
    """A search among all of a kind; started again it goes on behind the last rule that was done."""
    search = search_all(str(at_work.args["kind"]), job=at_work.job, progress=at_work.progress)
    said = ngettext("%(count)s pair that may be one.", "%(count)s pairs that may be one.", search.found)
    message = said % {"count": grouped(search.found)}
    return {"found": search.found, "message": message, "url": f"/duplicates/{search.kind}"}


@job(many.KIND, lane=LONG, title=gettext_lazy("Merge of duplicates"))
def merge_duplicates(at_work: JobAtWork) -> dict[str, Any]:
    """Many duplicates become one record each; started again it goes on behind the last chunk."""
    run = many.carry_on(at_work.actor, int(at_work.args["order"]), progress=at_work.progress)
    said = ngettext("%(count)s record was merged away.", "%(count)s records were merged away.", run.changed_count)
    return {
        "act": run.act_id,
        "changed": run.changed_count,
        "left": run.left,
        "left_count": run.left_count,
        "message": said % {"count": grouped(run.changed_count)},
        "url": f"/duplicates/{run.kind}",
    }
