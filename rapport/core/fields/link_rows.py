"""The rows that say which record names which. They have an index from either side; the JSON column has none.

Fields made for different objects may have one key: whoever reads these rows narrows them to records of one object.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rapport.core.records import rows
from rapport.core.records.models import RecordLink

Item = tuple[int, str]  # where a link leads, and its label


def write(key: str, values: Sequence[tuple[int, Any, Sequence[Item]]]) -> None:
    """Makes the rows of some records what their values say: ``(record, before, items)`` each. At most two queries."""
    changed = [record_id for record_id, before, _items in values if before]
    if changed:
        RecordLink.objects.filter(from_record_id__in=changed, field_key=key).delete()
    made = [(record_id, key, to, label) for record_id, _before, items in values for to, label in items]
    rows.insert(RecordLink, ("from_record_id", "field_key", "to_record_id", "label"), made)


def leads(key: str, *conditions: Q, **where: Any) -> Q:
    """The condition of a link that meets others, or of any: asked of each record, along whatever is walked."""
    return Q(Exists(RecordLink.objects.filter(*conditions, from_record_id=OuterRef("pk"), field_key=key, **where)))


def leading(key: str, ids: Any) -> "QuerySet[RecordLink, Any]":
    """Ids of what leads to these records (a collection, or a subquery); read from their side of the index."""
    return RecordLink.objects.filter(field_key=key, to_record_id__in=ids).values("from_record_id")


def few(key: str, ids: Any, most: int) -> list[int] | None:
    """The same as numbers, each once; None if they are more than ``most``."""
    found = list(leading(key, ids).values_list("from_record_id", flat=True)[: most + 1])
    return list(dict.fromkeys(found)) if len(found) <= most else None
