"""Tables of meetings and of who was asked to come."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record, RecordModel, sort_index, standard_indexes


class Meeting(RecordModel):
    """A meeting, or a series of them.

    ``starts_at`` and ``ends_at`` are UTC, ``minutes`` is the time between them. ``zone`` is the IANA name of the time
    zone in which it was planned: a series keeps its time on the clocks there. With ``is_all_day`` only days count, and
    both moments are midnights in UTC, whatever the zone.

    ``repeat`` is the rule of a series (RFC 5545), ``repeats`` whether there is one, ``runs_until`` the end of its last
    meeting (None: it has no end), ``skipped`` the days on which it does not take place. A meeting that was taken out
    of a series knows it by ``series_id``, and by ``series_on`` the day on which it would have been.

    ``began_at`` is when it, or the latest of a series, began (UTC; None: none did), ``begins_next`` when it begins next
    (None: no more). A job takes the one over into the other when the time has come, see ``beginning.py``.

    ``reminder`` says how many minutes before it begins people are reminded, "" never; ``remind_next`` is the moment
    (UTC) at which they are told next.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveIntegerField(default=30)
    zone = models.CharField(max_length=60, default="UTC")
    is_all_day = models.BooleanField(default=False)
    place = models.CharField(max_length=300, default="")
    body = models.TextField(default="")
    outcome = models.CharField(max_length=20, default="")
    reminder = models.CharField(max_length=10, default="")
    remind_next = models.DateTimeField(null=True)
    repeat = models.CharField(max_length=120, default="")
    repeats = models.BooleanField(default=False)
    runs_until = models.DateTimeField(null=True)
    skipped = models.JSONField(default=list)
    series_id = models.BigIntegerField(null=True)
    series_on = models.DateField(null=True)
    began_at = models.DateTimeField(null=True)
    begins_next = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("meeting"),
            sort_index("meeting_starts", "starts_at", "record"),
            # A calendar asks for what stands in a range, and apart from it for the series that may reach into it.
            models.Index(fields=["repeats", "live", "starts_at", "owner"], name="meeting_range"),
            models.Index(fields=["remind_next"], name="meeting_remind", condition=models.Q(remind_next__isnull=False)),
            models.Index(fields=["begins_next"], name="meeting_begins", condition=models.Q(begins_next__isnull=False)),
        ]


class Attendee(models.Model):
    """Somebody asked to come: a person or a user. ``answer`` is yes, no, maybe, or empty while there is none."""

    meeting = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    answer = models.CharField(max_length=5, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["meeting", "user", "person"], name="attendee_meeting"),
            models.Index(fields=["user", "meeting"], name="attendee_user"),
            models.Index(fields=["person"], name="attendee_person"),
        ]
