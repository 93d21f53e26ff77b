"""Segments: records of one object kept together under a name, to write to them, visit them, export them.

A segment is a record itself; that a record is in it is a value of that record (``fields.Segments``), so that rights,
history, Undo, merging, archives and bulk edits are those of any value. See docs/decisions/0045.
"""
