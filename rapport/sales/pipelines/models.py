"""Tables of pipelines and their stages."""

from typing import ClassVar

from django.db import models

OPEN, WON, LOST = "open", "won", "lost"
KINDS = (OPEN, WON, LOST)


class Pipeline(models.Model):
    """A way that deals go. ``key`` never changes: deals hold it. ``names`` maps languages to names, where they differ
    from ``name``. ``archived_at`` (UTC): it is offered no more, its deals stay.
    """

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    place = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.key


class Stage(models.Model):
    """A stage of a pipeline. ``key`` is unique among all pipelines and never changes.

    ``kind`` is open, won or lost; each pipeline has exactly one stage where deals are won and one where they are lost.
    ``probability`` is in percent. A deal is there longer than usual after ``target_days`` and rots after ``rot_days``
    without anything done. ``exit_criteria`` is for people to read; ``required`` are keys of fields that must be filled
    to enter; ``leads_to`` are keys of the stages that a deal may go to from here, empty for any.
    """

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=4, default=OPEN)
    probability = models.PositiveSmallIntegerField(default=0)
    place = models.IntegerField(default=0)
    tone = models.CharField(max_length=10, default="grey")
    target_days = models.PositiveSmallIntegerField(null=True)
    rot_days = models.PositiveSmallIntegerField(null=True)
    exit_criteria = models.TextField(default="")
    required = models.JSONField(default=list)
    leads_to = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.key
