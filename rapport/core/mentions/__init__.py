"""Mentions: “@Ann Archer” in a text tells Ann of the record it stands on.

Noun: ``Mention``. Verb: ``note_mentions`` (called by the save path). Who is named is told by a notice.
"""
