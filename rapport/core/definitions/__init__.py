"""What a workspace defines while it runs: fields of its own on every object (``FieldDef``).

``models`` are the tables, ``field_types`` the types there are to choose from, ``fields`` the verbs; ``loading`` makes
of the tables what all others read: ``rapport.core.fields.snapshot``, pinned while a request, a job or a command is at
work (docs/decisions/0033).
"""
