"""Tables of pairs that may be one, and of the search for them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.jobs.models import Job
from rapport.core.records.models import Record

OPEN, DIFFERENT, LATER = "open", "different", "later"


class DuplicatePair(models.Model):
    """Two records of one kind that may be one, ``one`` with the smaller number.

    ``score`` is how likely that is, in thousandths; ``reasons`` is a list of ``[what, how alike]`` without any values.
    ``digest`` is of what was compared: what was decided holds until that is another. ``state`` is open, different (no
    double), or later: then it is asked again at ``again_at`` (UTC). A pair of which one was merged away or trashed is
    not shown, whatever its state. ``search`` is the one that found it last.
    """

    kind = models.CharField(max_length=60)
    one = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Record, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    digest = models.CharField(max_length=32)
    state = models.CharField(max_length=10, default=OPEN)
    again_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    search = models.ForeignKey("DuplicateSearch", models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["one", "other"], name="duplicate_once")]
        indexes: ClassVar = [models.Index(fields=["kind", "state", "-score", "id"], name="duplicate_queue")]


class DuplicateSearch(models.Model):
    """A search for doubles among all records of a kind: by whom, how far, what it found.

    ``rule`` is how many of the rules are done: each is stored in one transaction with it, so a search that was cut off
    goes on with the next. Moments are UTC.
    """

    kind = models.CharField(max_length=60)
    rule = models.PositiveSmallIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="duplicatesearch_kind")]
