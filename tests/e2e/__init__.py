"""Journeys through a real browser against a real server. Screenshots of a failed one are in ``test-artifacts/``."""
