"""Erasure reaches what imports keep of a record: its file, the look at its values, what was said of its row.

A row that failed made no record, so nothing tells that it was about her: such a file goes after its 30 days.
"""

from collections.abc import Collection
from functools import partial

from django.db import transaction

from rapport.core.importing import storing
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.jobs.models import Job
from rapport.core.records.wipes import also


@also
def forget_files(ids: Collection[int]) -> None:
    """Forgets the files of imports that made or changed these records; of one at work when it ends."""
    rows = ImportRow.objects.filter(record_id__in=ids)
    run_ids = list(rows.values_list("run_id", flat=True).distinct())
    rows.update(reason="")
    ImportRow.objects.filter(run_id__in=run_ids, is_trial=True).delete()
    for job in Job.objects.filter(kind="import.check", args__run__in=run_ids):
        Job.objects.filter(pk=job.pk).update(result={**job.result, "problems": []})
    # Marked before the states are read: who ends a run looks at the mark behind that.
    ImportRun.objects.filter(pk__in=run_ids).update(facts=[], must_forget=True)
    for run in ImportRun.objects.filter(pk__in=run_ids).exclude(state__in=storing.AT_WORK):
        transaction.on_commit(partial(storing.forget, run))
