"""The table of pinned entries."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Event
from rapport.core.records.models import Record


class Pin(models.Model):
    """An entry that stands on top of a record's timeline, for all who see it. ``at`` (UTC) is when it was pinned."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "event"], name="pin_once")]
