"""Tables of the history. Rows are added, never updated (an act may only learn that it was undone)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record


class Act(models.Model):
    """What one actor did in one go: one save, one bulk edit, one import. It can be undone as a whole.

    ``kind`` says what (``person.create``, ``import``, ``bulk.trash``, ``undo``), ``via`` through which door.
    ``counts`` holds how many records it created, updated, trashed and restored.
    """

    kind = models.CharField(max_length=80)
    label = models.CharField(max_length=200, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    via = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    counts = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, related_name="undone_by")


class Event(models.Model):
    """A fact: something happened to one or more records.

    ``data_digest`` is a salted hash of ``data`` and the changes, so that the chain made of the events later
    stays whole when their content is erased. ``seal_no`` and ``digest`` are filled by the sealer.
    """

    kind = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, related_name="events")
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="effects", db_index=False)
    subject = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16)
    data_digest = models.BinaryField(max_length=32)
    seal_no = models.BigIntegerField(null=True, unique=True)
    digest = models.BinaryField(max_length=32, null=True)


class EventLink(models.Model):
    """Event and record: a call belongs to a person, her company and the call itself. Timelines page by it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="links")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "-at", "-event"], name="eventlink_timeline")]


class Change(models.Model):
    """Before and after of every field that an event changed on one record: ``{key: [before, after]}``."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="changes")
    record = models.ForeignKey(Record, models.CASCADE, related_name="changes")
    fields = models.JSONField()
