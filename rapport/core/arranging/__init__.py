"""How pages are laid out: facts and related panels of a record, usual columns of a list, fields of the quick form.

A layout is of one part of one kind, for everybody, for a role or for one user; the narrowest wins. ``arrangement`` says
what it holds, ``layouts`` reads, ``facts`` puts fields into groups, ``keeping`` has the verbs
(docs/decisions/0044).
"""
