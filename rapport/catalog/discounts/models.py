"""Table of discount limits."""

from typing import ClassVar

from django.db import models

from rapport.accounts.models import Role


class DiscountLimit(models.Model):
    """The most that holders of a role may take off a line by themselves, in percent of its list price.

    A role without a row has no limit.
    """

    role = models.OneToOneField(Role, models.CASCADE, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["role"]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.percent} %"
