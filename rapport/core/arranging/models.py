"""The table of how the facts of a kind stand."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class FactOrder(models.Model):
    """The keys of the fields of ``kind`` in order, and those that are left out. Without a user: for the house."""

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    keys = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "user"], name="factorder_once"),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(user=None), name="factorder_house"),
        ]
