"""Django's SQLite, with writers that take turns (``ENGINE`` of the settings)."""
