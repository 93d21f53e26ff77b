"""Deals: what may be bought by a company or a person, how far that has come, and what it is worth."""
