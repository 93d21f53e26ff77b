"""What follows in sales from what happened."""

from rapport.sales.leads.following import follow

__all__ = ["follow"]
