"""Tables of the history, of its seal and of those who follow it.

Acts, events, links and changes are added, never updated: an act may only learn that it was undone, an event gets its
number, and erasure blanks content.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record

# Among the counts of an undo at work: the event it goes on with. Gone when it has ended.
GOES_ON = "rest"
# Among the counts of an undo or of a change of many records: how many stayed as they were.
LEFT = "left"


class Act(models.Model):
    """What one actor did in one go: one save, one bulk edit, one import. It can be undone as a whole.

    ``kind`` says what (``person.create``, ``import``, ``bulk.trash``, ``undo``), ``via`` through which door.
    ``counts`` holds how many records it created, updated, trashed and restored; of an undo or a change of many records
    also how many it ``left`` as they were, and while an undo is at work where it goes on (``rest``) and how much it has
    ``seen``.
    """

    kind = models.CharField(max_length=80)
    label = models.CharField(max_length=200, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    via = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    counts = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, related_name="undone_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="act_by_user"),
            models.Index(fields=["via", "-id"], name="act_by_door"),
        ]


class Event(models.Model):
    """A fact: something happened to one or more records, or (without ``subject``) to the house itself.

    ``data_digest`` is a salted hash of ``data`` and the changes, so that the chain made of the events
    stays whole when their content is erased. ``seal_no`` and ``digest`` are filled by the sealer. ``user_id`` is
    sealed, too: it stays when the account goes, so the database does not watch over it.
    """

    kind = models.CharField(max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, related_name="events", db_index=False)
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="effects", db_index=False)
    subject = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16)
    data_digest = models.BinaryField(max_length=32)
    seal_no = models.BigIntegerField(null=True, unique=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        # The audit pages by (act, id), all of it, somebody's or of one kind. The sealer looks for what has no number.
        indexes: ClassVar = [
            models.Index(fields=["act", "id"], name="event_act"),
            models.Index(fields=["user", "act", "id"], name="event_user"),
            models.Index(fields=["kind", "act", "id"], name="event_kind"),
            models.Index(fields=["id"], name="event_unsealed", condition=models.Q(seal_no__isnull=True)),
        ]


class EventLink(models.Model):
    """Event and record: a call belongs to a person, her company and the call itself. Timelines page by it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="links")
    # Protected: the records an event belongs to are sealed with it.
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "-at", "-event"], name="eventlink_timeline")]


class Change(models.Model):
    """Before and after of every field that an event changed on one record: ``{key: [before, after]}``."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="changes")
    record = models.ForeignKey(Record, models.PROTECT, related_name="changes")
    fields = models.JSONField()


class SealState(models.Model):
    """The one row (key 1) that says how far the seal has come, and who holds the pen.

    ``head_no`` and ``head_digest`` are those of the last sealed event; ``holder`` may seal ``until`` (UTC).
    ``anchored_no`` is the last number that was written into the anchor file. ``verified`` tells of the last check:
    ``{"at", "ok", "sealed", "problem"}``.
    """

    head_no = models.BigIntegerField(default=0)
    head_digest = models.BinaryField(max_length=32, default=bytes(32))
    holder = models.CharField(max_length=32, default="")
    until = models.DateTimeField(null=True)
    anchored_no = models.BigIntegerField(default=0)
    verified = models.JSONField(default=dict)


class ConsumerCursor(models.Model):
    """How far a consumer has come: all events up to ``seal_no`` are handled or parked.

    ``ahead`` maps an act to the last of its events that is handled already, beyond the cursor.
    """

    name = models.CharField(max_length=80, unique=True)
    seal_no = models.BigIntegerField(default=0)
    ahead = models.JSONField(default=dict)


class Parked(models.Model):
    """An event that a consumer could not handle. ``next_at`` (UTC) is when it is tried again, None: only on demand.

    ``error`` says which error and where, never with what values.
    """

    consumer = models.CharField(max_length=80)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True, db_index=True)
    error = models.CharField(max_length=300)
    parked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["consumer", "event"], name="parked_once")]


class Handled(models.Model):
    """A mark that a consumer has done what an event asks for, so that a second delivery does it not again."""

    consumer = models.CharField(max_length=80)
    cause = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["consumer", "cause"], name="handled_once")]
