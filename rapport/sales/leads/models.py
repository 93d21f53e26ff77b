"""Tables of leads, of the rules that score and route them, and of who is away."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import RecordModel, sort_index, standard_indexes
from rapport.people.models import Company, Person
from rapport.sales.deals.models import Deal

NEW, WORKING, QUALIFIED, DISQUALIFIED = "new", "working", "qualified", "disqualified"
OPEN = (NEW, WORKING)
COLD, WARM, HOT = "cold", "warm", "hot"


class Lead(RecordModel):
    """A ticket: what somebody wants is the record's ``title``. ``deal`` is what was made of it.

    ``answer_by`` (UTC) is until when somebody must have answered, None where nobody waits; ``answered_at`` (UTC) when a
    colleague did. ``payload`` is what came in, as it came: nobody changes it, and it goes when the person is erased.
    ``score_reasons`` are ``[number of the rule, points]``, largest first. ``routing`` says why it is whose it is (see
    ``routing.Decision``), ``routed_at`` (UTC) when rules were asked, whatever they said; None for one that waits.
    """

    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="leads")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="leads")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, related_name="leads")
    source = models.CharField(max_length=120, default="")
    product = models.CharField(max_length=120, default="")
    utm_source = models.CharField(max_length=200, default="")
    utm_medium = models.CharField(max_length=200, default="")
    utm_campaign = models.CharField(max_length=200, default="")
    utm_term = models.CharField(max_length=200, default="")
    utm_content = models.CharField(max_length=200, default="")
    payload = models.TextField(default="")
    status = models.CharField(max_length=12, default=NEW)
    reason = models.CharField(max_length=20, default="")
    reason_note = models.TextField(default="")
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    score = models.IntegerField(default=0)
    warmth = models.CharField(max_length=4, default=COLD)
    score_reasons = models.JSONField(default=list)
    routing = models.JSONField(default=dict)
    routed_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("lead"),
            sort_index("lead_activity", "-last_activity_at", "-record"),
            sort_index("lead_score", "-score", "-record"),
            sort_index("lead_answer", "answer_by", "record"),
            # For the board, filters, and how much everybody has on the desk.
            models.Index(fields=["live", "status", "owner", "team"], name="lead_status"),
        ]


class ScoreRule(models.Model):
    """What makes a lead more or less promising. ``condition`` is one of the query language over leads.

    It gives ``points`` where the condition holds, or, with ``counts`` (a kind of activity), for each of these with the
    person or the lead. Points are worth half after ``half_life`` days (None: always the same), counted from when the
    lead was made or the activity happened. ``cap`` is the most that the rule gives or takes in all, None for no end.
    ``names`` maps languages to names, where they differ from ``name``.
    """

    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict)
    condition = models.JSONField(default=dict)
    counts = models.CharField(max_length=12, default="")
    points = models.SmallIntegerField(default=0)
    half_life = models.PositiveSmallIntegerField(null=True)
    cap = models.PositiveSmallIntegerField(null=True)
    place = models.IntegerField(default=0)
    is_active = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """A rule for whose a new lead is. Rules are asked in their order; the first whose every part fits gives it out.

    ``countries`` are codes of two letters, ``postcodes`` pairs “from, to” that are compared as texts of the same
    length, ``sizes`` keys of the companies' sizes; ``sources`` and ``products`` are words of which one must occur. An
    empty part fits every lead.
    """

    name = models.CharField(max_length=80)
    countries = models.JSONField(default=list)
    postcodes = models.JSONField(default=list)
    sizes = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    products = models.JSONField(default=list)
    place = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class RouteMember(models.Model):
    """Somebody who takes leads by a rule, at most ``capacity`` open ones (None: any number).

    ``turn`` is the number of the last turn that was theirs: whose was longest ago is next.
    """

    route = models.ForeignKey(Route, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    capacity = models.PositiveSmallIntegerField(null=True)
    turn = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["route", "user"], name="routemember_once")]


class Absence(models.Model):
    """From the first to the last day, on the clocks of the house, somebody takes no new leads."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering: ClassVar = ["first_day", "pk"]


class LeadRules(models.Model):
    """The one row with what else there is to set: from how many points on a lead is warm, and hot; within how many
    working hours it is answered; who takes what no rule gives out.
    """

    warm_from = models.SmallIntegerField(default=20)
    hot_from = models.SmallIntegerField(default=40)
    answer_hours = models.PositiveSmallIntegerField(default=4)
    fallback = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class Forgotten(models.Model):
    """An address or number of somebody who was erased: no name, only a keyed digest, by which it is known again."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
