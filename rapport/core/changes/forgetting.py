"""Erasure reaches the sentences about records that a bulk edit or an undo left as they were: they name records."""

from collections.abc import Collection

from rapport.core.changes.models import BulkRun
from rapport.core.jobs.models import Job
from rapport.core.records.wipes import also

_JOBS = ("bulk", "bulk.merge", "undo")  # whose results hold such sentences


@also
def forget_sentences(_record_ids: Collection[int]) -> None:
    """Blanks them all, as names change and sentences hold no numbers; how many there were stays."""
    BulkRun.objects.exclude(left=[]).update(left=[])
    for job in Job.objects.filter(kind__in=_JOBS, result__has_key="left").exclude(result__left=[]):
        Job.objects.filter(pk=job.pk).update(result={**job.result, "left": []})
