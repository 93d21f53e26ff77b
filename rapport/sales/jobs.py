"""The work of sales that comes again."""

from rapport.sales.leads.following import score_all

__all__ = ["score_all"]
