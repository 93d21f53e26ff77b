"""The audit: who did what, whether the history is whole, and how content leaves it for good.

Verbs: ``verify`` (chain, anchors and rows), ``erase`` (a record with all that is known of it), ``note`` (a fact of the
house: a sign-in, a role, an export). Reads: ``reading`` for the screen, ``handing_over`` for an auditor.
"""
