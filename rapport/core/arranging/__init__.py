"""In which order the facts of a record stand, and which are left out: for one user, or for all.

Noun: FactOrder. Verbs: ``facts.arrange``, ``facts.reset``; ``facts.arranged`` applies it.
"""
