"""When a record is erased, its files go with it: rows and bytes."""

from collections.abc import Collection
from functools import partial

from django.db import transaction

from rapport.core.files import storing
from rapport.core.files.models import File
from rapport.core.records.wipes import also


@also
def erase_files(record_ids: Collection[int]) -> None:
    """Removes the rows now and the bytes when the transaction has ended well; a crash in between leaves orphans,
    which :mod:`.sweeping` finds.
    """
    files = File.objects.filter(record_id__in=list(record_ids))
    for name in files.values_list("stored_name", flat=True):
        transaction.on_commit(partial(storing.drop, name))
    files.delete()
