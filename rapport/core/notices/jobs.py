"""Takes away what nobody reads any more: notices that were read a month ago, or never in half a year."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import schedule
from rapport.core.notices.models import Notice
from rapport.lib import clock

READ = datetime.timedelta(days=30)
UNREAD = datetime.timedelta(days=180)
CHUNK = 500  # rows of one statement: others want to write, too


@schedule("40 3 * * *", "notices.purge", title=_("Removal of old notices"))
def purge(at_work: JobAtWork) -> dict[str, Any]:
    """Deletes in small steps; started again it goes on."""
    now, gone = clock.now(), 0
    old = Notice.objects.filter(at__lt=now - READ, read_at__isnull=False)
    for rows in (old, Notice.objects.filter(at__lt=now - UNREAD)):
        while ids := list(rows.order_by("at").values_list("pk", flat=True)[:CHUNK]):
            Notice.objects.filter(pk__in=ids).delete()
            gone += len(ids)
            at_work.progress(gone)
    return {"notices": gone}
