"""Erasure reaches what imports keep of a record: its file, the look at its values, what was said of its row."""

from collections.abc import Collection

from django.db import transaction

from rapport.core.audit import erase
from rapport.core.importing import storing
from rapport.core.importing.models import ImportRow, ImportRun


@erase.also
def forget_files(ids: Collection[int]) -> None:
    """Forgets the files of imports that made or changed these records, unless they are just being read."""
    rows = ImportRow.objects.filter(record_id__in=ids)
    run_ids = list(rows.values_list("run_id", flat=True).distinct())
    rows.update(reason="")
    for run in ImportRun.objects.filter(pk__in=run_ids).exclude(state__in=("queued", "running")):
        run.facts = []
        run.save(update_fields=["facts"])
        transaction.on_commit(lambda run=run: storing.forget(run))  # type: ignore[misc]
