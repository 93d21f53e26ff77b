"""The configuration of a workspace as files: written out, compared, applied to another workspace.

Nouns: folder (files, one for each thing), part (a sort of things: fields, views, roles …), plan (what applying would
do). Verbs: ``planning.export``, ``planning.plan``, ``planning.apply``. Applying goes through the same verbs as the
screens, in one transaction with its event, and never deletes data (docs/decisions/0043).
"""
