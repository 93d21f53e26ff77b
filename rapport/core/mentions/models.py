"""The table of mentions."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record


class Mention(models.Model):
    """A user who is named in a text of a record, once however often, since ``at`` (UTC). ``name`` is how the text says
    it. That they were told is a notice.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="mentions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "user"], name="mention_once")]
