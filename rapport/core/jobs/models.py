"""The queue is a table: a job is written in the transaction that asks for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

QUICK, LONG = LANES = ("quick", "long")
LOW, NORMAL, HIGH = PRIORITIES = (-1, 0, 1)
BUSY = ("queued", "running")
ENDED = ("done", "failed", "dead", "cancelled")


class Job(models.Model):
    """A piece of work.

    States: queued, running, done, failed (refused; the sentence says why), dead (no tries left), cancelled.

    ``lane``: long jobs have workers of their own, so that quick ones need not wait behind them. ``worker`` is who has
    the lease, ``lease_token`` proves it, ``lease_until`` (UTC) changes with each renewal: a lease that stops changing
    is taken away (see ``leases``). ``log`` is a list of [moment in ISO form, number of the try, line]. Of the jobs
    with one ``unique_key`` at most one waits.
    """

    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, default="queued")
    lane = models.CharField(max_length=8, default=QUICK)
    priority = models.SmallIntegerField(default=NORMAL)
    unique_key = models.CharField(max_length=160, null=True)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, default="")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, default="")
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(default="")
    log = models.JSONField(default=list)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "lane", "priority", "run_at", "id"], name="job_next"),
            models.Index(fields=["ended_at"], name="job_ended"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unique_key"], condition=Q(state="queued"), name="job_unique_waiting"),
        ]


class Schedule(models.Model):
    """Work that comes again. ``cron`` is five fields, or ``every N`` seconds, read in ``time_zone`` (IANA name).

    ``next_run_at`` is the occurrence that comes next, ``last_run_at`` the last one that was put into the queue
    (both UTC). Rows follow what the code declares (``schedules.schedule``); ``is_enabled`` is the administrator's.
    """

    key = models.CharField(max_length=80, unique=True)
    cron = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    is_enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(db_index=True)
    last_run_at = models.DateTimeField(null=True)


class Worker(models.Model):
    """A worker process that was seen: ``seen_at`` while it lives, ``fetched_at`` when it last asked for work (UTC)."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    fetched_at = models.DateTimeField(null=True)
