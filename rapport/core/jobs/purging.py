"""Takes away what nobody needs any more: jobs that ended a month ago, tokens of forms that were sent a month ago."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.models import ENDED, Job
from rapport.core.jobs.schedules import schedule
from rapport.core.records.models import Submission
from rapport.lib import clock

JOBS = datetime.timedelta(days=30)
SUBMISSIONS = datetime.timedelta(days=30)  # a repeated form is refused for so long: some wait without a net for days
CHUNK = 500  # rows of one statement: others want to write, too


@schedule("30 3 * * *", "jobs.purge", title=_("Tidying up"))
def purge(at_work: JobAtWork) -> dict[str, Any]:
    """Deletes in small steps; started again it goes on."""
    now = clock.now()
    jobs = _delete(at_work, Job.objects.filter(state__in=ENDED, ended_at__lt=now - JOBS))
    submissions = _delete(at_work, Submission.objects.filter(at__lt=now - SUBMISSIONS))
    return {"jobs": jobs, "submissions": submissions}


def _delete(at_work: JobAtWork, rows: "QuerySet[Any]") -> int:
    gone = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
        at_work.progress(gone)
    return gone
