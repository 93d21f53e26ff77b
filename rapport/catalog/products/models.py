"""Table of products."""

from typing import ClassVar

from django.db import models

from rapport.core.records.models import RecordModel, sort_index, standard_indexes
from rapport.lib.reckoning import ONCE


class Product(RecordModel):
    """Something that is sold. Its name is the record's ``title``; ``sku`` is unique among live ones that have one.

    ``parent`` makes it a variant; ``options`` are then its values (“Size: L”), else what its variants differ in, as
    ``products/options`` reads them. ``tax_rate`` is in percent. A price or cost that is empty is that of the parent,
    and a bundle without a price costs what its parts cost.
    """

    sku = models.CharField(max_length=64, default="")
    category = models.CharField(max_length=120, default="")
    unit = models.CharField(max_length=30, default="")
    description = models.TextField(default="")
    price_minor = models.BigIntegerField(null=True)
    price_currency = models.CharField(max_length=3, default="")
    cost_minor = models.BigIntegerField(null=True)
    cost_currency = models.CharField(max_length=3, default="")
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    recurring = models.CharField(max_length=10, default=ONCE)
    active = models.BooleanField(default=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="variants")
    options = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku"], name="product_sku", condition=models.Q(live=True) & ~models.Q(sku="")
            )
        ]
        indexes: ClassVar = [
            *standard_indexes("product"),
            sort_index("product_by_sku", "sku", "record"),
            sort_index("product_category", "category", "record"),
        ]
