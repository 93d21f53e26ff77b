"""The table of segments. Who is in one is in ``RecordLink``, under the key :data:`FIELD`."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from rapport.core.records.models import RecordModel, standard_indexes

FIELD = "segments"  # of every record that can be in one
KEY = "segment"  # of the object
FIXED = "fixed"  # records are put in by hand, by a bulk edit or by an import


class Segment(RecordModel):
    """Records of the object ``object`` under a name, its ``title``: no two live ones of an object have the same.

    ``kind`` is :data:`FIXED`; only such a segment takes records one by one. ``member_count`` is how many live records
    are in it, whoever may see them; it moves in the transaction that changes them.
    """

    object = models.CharField(max_length=60, default="")
    kind = models.CharField(max_length=10, default=FIXED)
    description = models.TextField(default="")
    member_count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["object", "title_key"], condition=models.Q(live=True), name="segment_name_once"
            )
        ]
        indexes: ClassVar = standard_indexes("segment")


def add(steps: Mapping[int, int]) -> None:
    """Adds to the counts of segments, in the order of their numbers: of two at once none waits for the other."""
    for pk, step in sorted(steps.items()):
        if step:
            Segment.objects.filter(pk=pk).update(member_count=models.F("member_count") + step)
