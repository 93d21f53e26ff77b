"""The table of rates."""

from typing import ClassVar

from django.db import models


class MoneyRate(models.Model):
    """One unit of ``currency`` is worth ``rate`` units of ``base`` (ISO 4217 both), as of the day ``on``.

    ``base`` is the currency of the house when it was entered: with another one it does not count.
    """

    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["currency", "base"], name="moneyrate_once")]
