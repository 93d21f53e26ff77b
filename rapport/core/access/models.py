"""One record shared with one user or one team, for ever or until a moment."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record


class RightNow(models.Func):
    """The moment by the database's clock: part of the question itself, so that kept SQL does not keep a moment."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()


def in_force() -> models.Q:
    """The condition on shares that have not ended."""
    return models.Q(until__isnull=True) | models.Q(until__gt=RightNow())


class Share(models.Model):
    """Gives a user or a team sight of one record, and with ``can_edit`` the right to change it.

    ``until`` (UTC) is when it ends, None: never. ``by`` gave it ``at`` (UTC); both are empty in shares from before they
    were kept.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="shares", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, related_name="+", db_index=False)
    can_edit = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "user"], name="share_user_once"),
            models.UniqueConstraint(fields=["record", "team"], name="share_team_once"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="share_with_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "record"], name="share_user"),
            models.Index(fields=["team", "record"], name="share_team"),
        ]
