"""Tables of deals and of what became of them from day to day."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Act
from rapport.core.records.models import RecordModel, sort_index, standard_indexes
from rapport.people.models import Company, Person


class Deal(RecordModel):
    """Something that may be bought. Its name is the record's ``title``; ``company`` or ``person`` is set, or both.

    ``stage`` and ``pipeline`` are keys; ``pipeline`` and ``status`` (open, won, lost) follow from the stage.
    ``probability`` is in percent: that of the stage, unless somebody set another. ``weighted_minor`` is the amount
    times the probability, in the amount's currency. ``closes_on`` is when it is expected to be decided, ``closed_on``
    when it was. ``stage_at`` (UTC) is since when it is in its stage. ``next_step_…`` repeat the soonest planned
    activity about it: ``next_step_by`` (UTC) is when that is due, None where nothing is planned. ``place`` orders the
    cards of a board, the smallest on top.
    """

    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="deals")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="deals")
    pipeline = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=4, default="open")
    amount_minor = models.BigIntegerField(null=True)
    amount_currency = models.CharField(max_length=3, default="")
    probability = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    weighted_minor = models.BigIntegerField(null=True)
    category = models.CharField(max_length=10, default="")
    closes_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    stage_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=120, default="")
    lost_reason = models.CharField(max_length=20, default="")
    outcome_note = models.TextField(default="")
    about = models.TextField(default="")
    approval = models.CharField(max_length=10, default="")
    next_step = models.CharField(max_length=300, default="")
    next_step_kind = models.CharField(max_length=20, default="")
    next_step_at = models.DateTimeField(null=True)
    next_step_by = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField(null=True)
    place = models.FloatField(default=0)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("deal"),
            sort_index("deal_activity", "-last_activity_at", "-record"),
            sort_index("deal_closes", "closes_on", "record"),
            models.Index(fields=["updated_at"], name="deal_updated"),  # whoever looks at a board asks what is new
            # The board: the cards of a stage in their order; and its figures, without a row being read.
            models.Index(fields=["live", "stage", "place", "record", "owner", "team"], name="deal_board"),
            models.Index(
                fields=[
                    "live", "stage", "amount_currency", "amount_minor", "weighted_minor", "owner", "team",
                ],
                name="deal_sums",
            ),
            models.Index(fields=["live", "stage", "next_step_by", "owner", "team"], name="deal_steps"),
            models.Index(
                fields=["live", "status", "closed_on", "owner", "team", "amount_currency", "amount_minor"],
                name="deal_closed",
            ),
            models.Index(
                fields=["owner", "next_step_by", "record"], name="deal_next", condition=models.Q(status="open")
            ),
        ]  # fmt: skip


class StageChange(models.Model):
    """A deal went from one stage to another (keys; ``before`` is empty where it began). ``at`` is UTC, ``seconds`` how
    long it had been in the stage before. Amount (minor units), and close date are those of that moment.

    A change that is undone is as if it had never been: its row goes with it.
    """

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stage_changes", db_index=False)
    act = models.ForeignKey(Act, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    before = models.CharField(max_length=40, default="")
    after = models.CharField(max_length=40)
    seconds = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField(null=True)
    amount_currency = models.CharField(max_length=3, default="")
    closes_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["deal", "at"], name="stagechange_deal"),
            models.Index(fields=["before", "at", "after", "seconds"], name="stagechange_before"),
            models.Index(fields=["after", "at"], name="stagechange_after"),
        ]


class DealState(models.Model):
    """How a deal stood at the end of ``day`` (UTC) and from then on, until its next row: one for each day on which
    something about it changed that a forecast looks at. So any past day can be told without a snapshot of all deals.
    """

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="states", db_index=False)
    day = models.DateField()
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=4)
    live = models.BooleanField()
    amount_minor = models.BigIntegerField(null=True)
    amount_currency = models.CharField(max_length=3, default="")
    closes_on = models.DateField(null=True)
    category = models.CharField(max_length=10, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["deal", "day"], name="dealstate_once")]
        indexes: ClassVar = [models.Index(fields=["day", "deal"], name="dealstate_day")]
