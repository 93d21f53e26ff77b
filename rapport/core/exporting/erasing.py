"""When a record is erased, no exported file may give it out any more: all kept ones go, finished or not."""

from collections.abc import Collection
from functools import partial

from django.db import transaction

from rapport.core.exporting import storing
from rapport.core.exporting.models import ExportRun
from rapport.core.records.wipes import also
from rapport.lib import clock


@also
def forget_files(_record_ids: Collection[int]) -> None:
    """Ends the exports that are being written, and removes every file when the transaction has ended well.

    What is in a file nobody knows without reading it, and notes or links may tell of a person in any of them.
    """
    # Locked: one that waits begins only when the record is gone, so it may go on.
    kept = ExportRun.objects.select_for_update().exclude(stored_name="")
    names = [run for run in kept if run.state != "queued"]
    for run in names:
        transaction.on_commit(partial(storing.drop, run))
    rows = ExportRun.objects.filter(pk__in=[run.pk for run in names])
    rows.filter(state="running").update(state="failed", ended_at=clock.now())
    rows.update(stored_name="")
