"""What an import was asked to do, what became of each of its lines, and how other systems call our records."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Act
from rapport.core.jobs.models import Job
from rapport.core.records.models import Record


class ImportRun(models.Model):
    """One file, imported or about to be.

    ``mapping`` is ``{column number: field key}``; ``match`` the field that finds records already there; ``mode``
    says whether rows may create, update or both. ``options`` is how values are read (``reading.Options``), ``facts``
    what was seen in each column (``looking``). ``format`` is how the table is written (``lib.table_file.TableFormat``);
    ``stored_name`` is that table, ``source_name`` the file as it was brought where that is no table of text.
    ``line`` is the line after which a resumed run goes on. ``counts`` holds created, updated, unchanged, skipped,
    failed and rows; the first five add up to the last. ``job`` is the last one that worked on it (reading, dry run,
    run or undo); ``began_at`` and ``began_rows`` tell when it began and how many rows there were already.
    ``parent`` is the run whose failed rows this file mends. ``must_forget``: somebody who came in with the file was
    erased, so it goes as soon as nobody reads it.
    States: reading, draft, queued, running, paused, done, failed, cancelled, undone.
    """

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    file_kind = models.CharField(max_length=6, default="csv")
    stored_name = models.CharField(max_length=80)
    source_name = models.CharField(max_length=80, default="")
    format = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    match = models.CharField(max_length=60, default="")
    mode = models.CharField(max_length=8, default="both")
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="draft")
    act = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    line = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error = models.TextField(default="")
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    began_rows = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    must_forget = models.BooleanField(default=False)


class ImportRow(models.Model):
    """What became of one line of the file: created, updated, unchanged, skipped or failed, and why.

    A row that came in without some of its cells has a reason, too. ``is_trial`` marks what a dry run foretells.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveBigIntegerField()
    is_trial = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10)
    record = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "is_trial", "line"], name="importrow_once")]
        indexes: ClassVar = [
            # The few rows that have something to tell, among a million that have not.
            models.Index(fields=["run", "is_trial", "line"], condition=~models.Q(reason=""), name="importrow_told"),
            # An erasure looks for its record. New records come in the order of their ids, so it grows at its end.
            models.Index(fields=["record"], condition=models.Q(record__isnull=False), name="importrow_record"),
        ]


class ExternalId(models.Model):
    """By which value another system (``source``) knows a record: so a move from there can be repeated."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    source = models.CharField(max_length=80)
    value = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "source", "value"], name="externalid_once")]


class KeptMapping(models.Model):
    """How files of one layout are read, under a name: for the next export of the same system.

    ``columns`` is ``{title of a column: key of a target}``; ``match``, ``mode`` and ``options`` as in a run.
    ``is_shared``: everybody who may import that kind has it, not its user alone.
    """

    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    is_shared = models.BooleanField(default=False)
    columns = models.JSONField(default=dict)
    match = models.CharField(max_length=60, default="")
    mode = models.CharField(max_length=8, default="both")
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "user", "name"], name="keptmapping_once")]
