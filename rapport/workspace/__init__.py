"""The house itself: who works here and what they may do. Signing in and out, users, teams, roles, the workspace's name
and colour, and the settings that show them. The tables are those of ``accounts``; the verbs are in ``actions``.
"""
