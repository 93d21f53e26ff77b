"""Tables of activities and of the records they are about."""

from typing import ClassVar

from django.db import models

from rapport.activities.meetings.models import Attendee, Meeting
from rapport.activities.tasks.models import Task
from rapport.core.records.models import Record, RecordModel, standard_indexes

__all__ = ["ActivityLink", "Attendee", "Call", "Meeting", "Note", "Task"]


class Note(RecordModel):
    """Something worth remembering, written down."""

    body = models.TextField()

    class Meta:
        indexes: ClassVar = standard_indexes("note")


class Call(RecordModel):
    """A talk on the phone, or the attempt. ``happened_at`` is UTC; ``duration`` is in seconds."""

    direction = models.CharField(max_length=10, default="out")
    outcome = models.CharField(max_length=20, default="connected")
    duration = models.PositiveIntegerField(null=True)
    happened_at = models.DateTimeField(null=True)
    body = models.TextField(default="")

    class Meta:
        indexes: ClassVar = standard_indexes("call")


class ActivityLink(models.Model):
    """An activity and a record it is about."""

    activity = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["activity", "record"], name="activitylink_once")]
        indexes: ClassVar = [models.Index(fields=["record", "activity"], name="activitylink_record")]
