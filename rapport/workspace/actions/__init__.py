"""Verbs on accounts: users, teams, roles, sign-in links, and the workspace itself. Each writes an act of history."""
