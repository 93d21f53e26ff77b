"""Tables of what checks found, of their runs, and of how good the data was each day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from rapport.core.jobs.models import Job
from rapport.core.records.models import Record

OPEN = Q(gone_at=None, left_at=None)
MOST_WHY = 200  # characters of the reason why something stays as it is


class Finding(models.Model):
    """What one check says of one record: one row, whether it still holds or not. No value of the record is in it.

    ``field`` is the key of the field to be mended ("" where none is), ``why`` which of its sentences the check says,
    ``other`` a record that has to do with it. ``gone_at`` is when it held no more, None while it does; ``left_at``
    when ``left_by`` said that it stays as it is, and ``left_why`` if they gave a reason. Moments are UTC.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    check_key = models.CharField(max_length=40)
    field = models.CharField(max_length=60, default="")
    why = models.CharField(max_length=40, default="")
    other = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    left_why = models.CharField(max_length=MOST_WHY, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "check_key"], name="finding_once")]
        indexes: ClassVar = [
            models.Index(fields=["kind", "check_key", "-id"], name="finding_open", condition=OPEN),
            models.Index(
                fields=["kind", "check_key", "-id"], name="finding_left",
                condition=Q(gone_at=None, left_at__isnull=False),
            ),
            models.Index(fields=["other"], name="finding_other", condition=Q(other__isnull=False)),
        ]  # fmt: skip


class QualityRun(models.Model):
    """All checks over all records of a kind. ``place`` is the last record that was looked at: it moves in the
    transaction that stores what was found, so a run that was cut off goes on behind it. Moments are UTC.
    """

    kind = models.CharField(max_length=60)
    place = models.BigIntegerField(default=0)
    looked_count = models.PositiveBigIntegerField(default=0)
    clean_count = models.PositiveBigIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="qualityrun_kind")]


class QualityDay(models.Model):
    """How many records of a kind there were on a day (of the workspace), and how many of them without a finding."""

    kind = models.CharField(max_length=60)
    on = models.DateField()
    record_count = models.PositiveBigIntegerField()
    clean_count = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "on"], name="qualityday_once")]


class CheckSetting(models.Model):
    """What administrators set for a check: after how many months a record counts as stale."""

    kind = models.CharField(max_length=60)
    check_key = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "check_key"], name="checksetting_once")]
