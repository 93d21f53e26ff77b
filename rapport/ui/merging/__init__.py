"""Screens that make one record of several, and that lead from numbers of merged records to the one that stayed."""
