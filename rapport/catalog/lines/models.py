"""Table of lines."""

from typing import ClassVar

from django.db import models

from rapport.catalog.products.models import Product
from rapport.core.records.models import Record
from rapport.lib.reckoning import ONCE


class LineItem(models.Model):
    """A line of a deal, or a heading between lines (``is_heading``: it has a title and nothing else).

    ``number`` names it within its record for ever, ``place`` orders it. Amounts are smallest units of ``currency``:
    ``price`` and ``cost`` for one of it, ``off`` less for the whole line. ``discount`` and ``tax_rate`` are in percent.
    ``total_minor`` repeats what the line comes to over all its periods, net. ``why`` says where the price comes from
    (``prices.finding``). ``approval`` is empty where no one need be asked, else waiting, approved or declined;
    ``approval_of`` says who asked and who decided (ids of users), the reason, and up to which percent it holds.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.SET_NULL, null=True, related_name="+")
    is_heading = models.BooleanField(default=False)
    title = models.CharField(max_length=300, default="")
    note = models.TextField(default="")
    quantity = models.DecimalField(max_digits=19, decimal_places=4, default=1)
    unit = models.CharField(max_length=30, default="")
    price_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="")
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    off_minor = models.BigIntegerField(default=0)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    recurring = models.CharField(max_length=10, default=ONCE)
    periods = models.PositiveSmallIntegerField(default=1)
    cost_minor = models.BigIntegerField(null=True)
    is_optional = models.BooleanField(default=False)
    total_minor = models.BigIntegerField(default=0)
    why = models.JSONField(default=dict)
    approval = models.CharField(max_length=10, default="")
    approval_of = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "number"], name="lineitem_once")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.place}"
