"""Sample companies: customers of a business that does not exist, to look at and to measure with.

Nouns: plan (what a sample holds, the same every time), sample act (marks every record that was loaded).
Verbs: ``software.load``, ``clearing.clear``. E-mail domains end in ``.example`` and phone numbers come from ranges
that are kept free for films, so that nothing sent by mistake reaches anybody.
"""
