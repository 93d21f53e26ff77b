"""Tables of price lists and the prices on them."""

from typing import ClassVar

from django.db import models

from rapport.catalog.products.models import Product
from rapport.core.records.models import RecordModel, standard_indexes


class PriceList(RecordModel):
    """Prices for some customers. Its name is the record's ``title``; it holds from ``valid_from`` to ``valid_until``,
    both days included, None for ever. One that ``is_default`` is for all who have no list of their own: the newest
    valid one, so that next year's can be made before this year's ends.
    """

    currency = models.CharField(max_length=3, default="")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("pricelist"),
            models.Index(fields=["is_default"], name="pricelist_default", condition=models.Q(is_default=True)),
        ]


class Price(RecordModel):
    """What one of a product costs on a list, from a quantity on. It holds from ``valid_from`` to ``valid_until``, both
    days included. On one list, product, quantity and currency may stand several times with different days.
    """

    price_list = models.ForeignKey(PriceList, models.SET_NULL, null=True, related_name="prices")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, related_name="listed", db_index=False)
    from_quantity = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    amount_minor = models.BigIntegerField(null=True)
    amount_currency = models.CharField(max_length=3, default="")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("price"),
            models.Index(fields=["product", "price_list", "live"], name="price_of_product"),
        ]
