"""The objects of sales: each is declared in a file of its own; leads come before what is made of them."""

from rapport.sales.leads import object as leads  # isort: skip - in the sidebar before deals
from rapport.sales.deals import object as deals

__all__ = ["deals", "leads"]
