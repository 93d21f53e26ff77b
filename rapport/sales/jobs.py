"""The work of sales that comes again."""

from rapport.sales.deals.lapsing import nightly
from rapport.sales.leads.following import score_all

__all__ = ["nightly", "score_all"]
