"""The queue is a table: a job is written in the transaction that asks for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Job(models.Model):
    """A piece of work. ``lease_until`` (UTC) is when a worker that fell silent loses it to the next one.

    States: queued, running, done, failed (no attempts left), cancelled.
    """

    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, default="queued")
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, default="")
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(default="")
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "run_at", "id"], name="job_next")]
