"""Reading the numbers of records that were merged away."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, Q

from rapport.core.records.among import among
from rapport.core.records.models import Alias


def current(record_id: int) -> int:
    """The number under which a record is found now: its own, or that of the one it was merged into. One query."""
    return Alias.objects.filter(old_id=record_id).values_list("new_id", flat=True).first() or record_id


def currents(record_ids: Collection[int]) -> dict[int, int]:
    """For those of some records that were merged away the one they were merged into. One query."""
    if not record_ids:
        return {}
    return dict(Alias.objects.filter(among("old_id", record_ids)).values_list("old_id", "new_id"))


def losers_of(record_id: int) -> list[int]:
    """The records that were merged into this one, directly or through others. One query."""
    return list(Alias.objects.filter(new_id=record_id).order_by("old_id").values_list("old_id", flat=True))


def has_losers(record_id: Any) -> Exists:
    """Whether others were merged into a record, to be asked along with something else."""
    return Exists(Alias.objects.filter(new_id=record_id))


def with_losers(path: str, record_id: Any) -> Q:
    """The condition that ``path`` is this record, or one that was merged into it: for what is read by the record alone,
    and is little.
    """
    merged = Alias.objects.filter(new_id=record_id).values("old_id")
    return Q(**{path: record_id}) | Q(**{f"{path}__in": merged})
