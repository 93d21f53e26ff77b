"""What an import was asked to do and what became of each of its lines."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Act
from rapport.core.jobs.models import Job
from rapport.core.records.models import Record


class ImportRun(models.Model):
    """One file, imported or about to be.

    ``mapping`` is ``{column number: field key}``; ``match`` the field that finds records already there.
    ``format`` is how the file is written (fields of ``lib.table_file.TableFormat``). ``line`` is the line after
    which a resumed run goes on. ``counts`` holds created, updated, unchanged, skipped, failed and rows; the first
    five add up to the last. ``job`` is the last one that worked on it (dry run, run or undo). States: draft, queued,
    running, done, failed, cancelled, undone.
    """

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=80)
    format = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    match = models.CharField(max_length=60, default="")
    state = models.CharField(max_length=12, default="draft")
    act = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    line = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error = models.TextField(default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class ImportRow(models.Model):
    """What became of one line of the file: created, updated, unchanged, skipped or failed, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveBigIntegerField()
    outcome = models.CharField(max_length=10)
    record = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "line"], name="importrow_once")]
