"""Work on many records that is under way."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Act
from rapport.core.jobs.models import Job


class BulkRun(models.Model):
    """One order for more records than a request may change.

    ``query`` is the list it was given for (``condition`` as JSON, ``find``, ``trash``); ``ids`` are the records it
    came to when the work began (deflated differences, see ``bulk_runs``), None until then. ``place`` is how many of
    them are done: it moves in the transaction that changes them, so each is done once, whatever dies in between.
    ``left`` holds the first reasons why records stayed as they are.
    """

    kind = models.CharField(max_length=60)
    verb = models.CharField(max_length=20)
    field = models.CharField(max_length=80, default="")
    value = models.JSONField(null=True)
    query = models.JSONField(default=dict)
    ids = models.BinaryField(null=True)
    total = models.PositiveBigIntegerField(default=0)
    place = models.PositiveBigIntegerField(default=0)
    changed_count = models.PositiveBigIntegerField(default=0)
    left_count = models.PositiveBigIntegerField(default=0)
    left = models.JSONField(default=list)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    act = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="bulkrun_created")]
