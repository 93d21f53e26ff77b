"""Tables of the catalogue."""

from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines.models import LineItem
from rapport.catalog.prices.models import Price, PriceList
from rapport.catalog.products.models import Product

__all__ = ["DiscountLimit", "LineItem", "Price", "PriceList", "Product"]
