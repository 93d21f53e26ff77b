"""The table of what was typed and not saved."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record


class Unsent(models.Model):
    """What ``user`` typed into one tab of the composer of ``record``: the form's fields and texts. ``at`` is UTC."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    tab = models.CharField(max_length=40)
    fields = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "user", "tab"], name="unsent_once")]
