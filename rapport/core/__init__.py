"""The engine: records, fields, rights, queries, the save path, history and undo. It knows no business object.

Nouns: Record, ObjectSpec, Field, Act, Event, Change, Share, Tag, Job. Verbs: create, update, trash, restore,
undo, import, export. Packages declare their objects to :mod:`rapport.core.objects.registry`.
"""
