"""Exports that are too large for one answer: what was asked for, and how far the file is."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.jobs.models import Job


class ExportRun(models.Model):
    """A file that a job writes. ``byte_count`` bytes of it are safe on the disk and end behind the record ``last_id``.

    ``question`` is the query of the list with the chosen columns; ``rights`` a digest of what its user could see
    when it was made. ``job`` writes the file; ``began_at`` and ``began_rows`` tell when it began or went on, and how
    many rows there were already. States: queued, running, done, failed, cancelled. Without ``stored_name`` the file
    is gone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    format = models.CharField(max_length=8)
    question = models.JSONField(default=dict)
    file_name = models.CharField(max_length=120)
    stored_name = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=12, default="queued")
    rights = models.CharField(max_length=64)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    last_id = models.PositiveBigIntegerField(default=0)
    row_count = models.PositiveBigIntegerField(default=0)
    byte_count = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    began_rows = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="export_run_created")]
