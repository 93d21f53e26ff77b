"""Segments as people work with them: the object, its rules, what its page shows and what the palette offers.

What the engine needs to know of them (the table, the field by which records are in one, the counts) is in
``core/segments``; putting many in and taking them out is ``core/objects/bulk``.
"""
