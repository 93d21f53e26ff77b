"""The spine: one ``Record`` for everything the business knows, whatever its kind."""
