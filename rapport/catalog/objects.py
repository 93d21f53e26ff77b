"""The objects of the catalogue: each is declared in a file of its own."""

from rapport.catalog.prices import objects as prices
from rapport.catalog.products import object as products

__all__ = ["prices", "products"]
