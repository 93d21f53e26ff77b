"""The objects of sales: each is declared in a file of its own."""

from rapport.sales.deals import object as deals

__all__ = ["deals"]
