"""What the file of erasures knows, held against the database: what is about to go, what went, what came back."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from rapport.core.audit import erasures
from rapport.core.events.models import Event
from rapport.core.objects import registry


def write_down(ids: Sequence[int], kinds: dict[int, str]) -> None:
    """Notes outside the database what is about to be erased, and after the commit that it was."""
    made: dict[int, datetime.datetime] = {}
    for kind in set(kinds.values()):
        spec = registry.find(kind, archived=True)
        if spec is not None:
            made.update(spec.model._default_manager.filter(pk__in=ids).values_list("pk", "created_at"))
    erasure = erasures.write_down([(pk, kinds[pk], made[pk]) for pk in ids if pk in made])
    transaction.on_commit(lambda: erasures.confirm([erasure]), robust=True)


def settle() -> None:
    """Confirms erasures that were cut off between their commit and their confirmation: their events tell."""
    found = erasures.open_ones()
    told = Event.objects.filter(kind__endswith=".erased", subject_id__in={line.record for line in found})
    known = set(told.values_list("subject_id", flat=True))
    erasures.confirm(sorted({line.erasure for line in found if line.record in known and not _is_there(line)}))


def brought_back() -> list[int]:
    """The records that were erased and are there again, as a restored backup has them."""
    return list(dict.fromkeys(line.record for line in erasures.committed() if _is_there(line)))


def _is_there(line: erasures.Line) -> bool:
    """Whether this record is in the database, and not a new one that got the same number after a restore."""
    spec = registry.find(line.kind, archived=True)
    return bool(spec and spec.model._default_manager.filter(pk=line.record, created_at=line.made).exists())
