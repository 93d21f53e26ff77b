"""Saved views: a filter, columns and an order with a name; one's own, the team's or everybody's."""
