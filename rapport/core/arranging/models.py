"""The table of layouts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint

from rapport.accounts.models import Role


class Layout(models.Model):
    """How one ``part`` of the pages of ``kind`` is laid out: for a user, else for a role, else for everybody.

    ``shape`` is an ``Arrangement`` as JSON, None once it was taken away; ``before`` is what stood here until then, for
    Undo. ``version`` counts the changes.
    """

    kind = models.CharField(max_length=60)
    part = models.CharField(max_length=10)
    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    shape = models.JSONField(null=True)
    before = models.JSONField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["user", "kind", "part"], name="layout_own"),
            UniqueConstraint(fields=["role", "kind", "part"], condition=Q(user=None), name="layout_role"),
            UniqueConstraint(fields=["kind", "part"], condition=Q(user=None, role=None), name="layout_house"),
        ]
