"""Who has not bought for so long that they are former customers: nobody saves anything that day, so each night asks."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import schedule
from rapport.people import lifecycle
from rapport.sales.deals.evidence import since
from rapport.sales.deals.models import Deal

LOOK_BACK = 31  # days: for so long no night may have run
AT_ONCE = 1_000


@schedule("40 3 * * *", "sales.lifecycle.nightly", title=_("Customers of long ago"))
def nightly(at_work: JobAtWork) -> dict[str, Any]:
    """Brings the lifecycle of those up to date whose last won deal has just become too old."""
    before = since()
    rows = Deal.objects.filter(
        live=True, status="won", closed_on__lt=before, closed_on__gte=before - datetime.timedelta(days=LOOK_BACK)
    )
    ids = sorted(set(rows.filter(person__isnull=False).values_list("person_id", flat=True)))
    for first in range(0, len(ids), AT_ONCE):
        lifecycle.refresh(ids[first : first + AT_ONCE])
    return {"looked_at": len(ids)}
