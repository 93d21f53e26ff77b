"""The journal of merges."""

from typing import ClassVar

from django.db import models

from rapport.core.events.models import Act
from rapport.core.records.models import Record


class Moved(models.Model):
    """The journal of a merge: row ``row`` of ``table`` hung on ``old`` and hangs on ``new`` since. With the table
    ``alias`` it is the merge of the two itself. It stays when the merge is undone: that undo may be undone.
    """

    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)
    table = models.CharField(max_length=40)
    row = models.BigIntegerField()
    old = models.ForeignKey(Record, models.CASCADE, related_name="+")
    new = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["act", "old"], name="moved_act")]
