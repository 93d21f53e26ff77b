"""The table of archives that come in: how far each is, and what became of its lines."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Act
from rapport.core.jobs.models import Job


class ArchiveRun(models.Model):
    """An archive, imported or about to be.

    ``step`` counts the steps that are done (``steps.steps_of``), ``line`` the lines of the one at hand. ``counts`` maps
    each kind to how many of its lines were created, updated, unchanged and failed. ``report`` holds ``problems``
    (member, line, sentence; the first of them), ``again`` (the kinds whose links led to what came later) and numbers of
    what is told at the end. States: queued, running, done, failed, cancelled. Without ``stored_name`` the file is gone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=12, default="queued")
    act = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    step = models.PositiveIntegerField(default=0)
    line = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    error = models.TextField(default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="archive_run_created")]
