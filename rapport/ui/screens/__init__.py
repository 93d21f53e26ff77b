"""Screens that every object has: list, record, form, bulk acts. They know objects only through the registry."""
