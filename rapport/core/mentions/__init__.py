"""Mentions: “@Ann Archer” in a text tells Ann of the record it stands on.

Noun: ``Mention``. Verbs: ``note_mentions`` (called by the save path), ``see_mentions``.
"""
