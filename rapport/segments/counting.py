"""How many live records each segment has, kept up by whatever changes that, in its transaction."""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db.models import Count

from rapport.core.events.models import Act
from rapport.core.objects import living
from rapport.core.records import wipes
from rapport.core.records.among import among
from rapport.core.records.models import RecordLink
from rapport.core.segments.models import FIELD, add


def _held(ids: Collection[int]) -> Counter[int]:
    """How many of some records each segment has."""
    rows = RecordLink.objects.filter(among("from_record_id", ids), field_key=FIELD)
    return Counter(dict(rows.order_by().values_list("to_record_id").annotate(held=Count("pk"))))


def _back(_act: Act, ids: Sequence[int]) -> None:
    add(_held(ids))


def _gone(_act: Act, ids: Sequence[int]) -> None:
    add({pk: -held for pk, held in _held(ids).items()})


@wipes.also
def _erased(ids: Collection[int]) -> None:
    rows = RecordLink.objects.filter(from_record_id__in=ids, field_key=FIELD, from_record__trashed_at=None)
    add({pk: -held for pk, held in Counter(rows.values_list("to_record_id", flat=True)).items()})


def _nothing(_act: Act, _ids: Sequence[int]) -> dict[int, str]:
    return {}


living.add(barred=_nothing, back=_back, gone=_gone)
