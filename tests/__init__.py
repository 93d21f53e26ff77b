"""Tests that belong to no single package: contracts over every object, house rules, journeys through a browser."""
