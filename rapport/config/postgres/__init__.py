"""Django's PostgreSQL, which keeps the plans of questions that every page asks (``ENGINE`` of the settings)."""
