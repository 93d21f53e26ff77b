"""Tables of what users are told, of what they want to be told, and of the records they follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.events.models import Event
from rapport.core.records.models import Record

TEXT_LIMIT = 300
ONCE_LIMIT = 120


class Notice(models.Model):
    """One thing that one user was told. ``once`` names it among what that user was told, so that it is told once.

    ``text`` is what was said beside the sentence of its kind, ``url`` where it leads if not to ``record``. ``event`` is
    what happened, which the history tells of; ``by`` who did it, None for Rapport itself. Moments are UTC; ``read_at``
    is None until the user has seen it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    event = models.ForeignKey(Event, models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.CharField(max_length=TEXT_LIMIT, default="")
    url = models.CharField(max_length=300, default="")
    at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=ONCE_LIMIT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "once"], name="notice_once")]
        # The page goes backwards by number; the bell counts what is unread; home looks for one kind.
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_user"),
            models.Index(fields=["user", "-id"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["user", "kind", "-id"], name="notice_user_kind"),
        ]


class NoticeChoice(models.Model):
    """What a user has switched on or off, by key of a kind; what is not named is as the kind has it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    switches = models.JSONField(default=dict)


class Follow(models.Model):
    """A user follows a record. Off: they stopped, and nothing follows it again for them but themselves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    is_on = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "record"], name="follow_once")]
        indexes: ClassVar = [models.Index(fields=["record", "user"], name="follow_record")]
