"""Data one can trust: checks that find what is wrong with records, what they found, and how good the data is by day.

``checks`` is the list to which rooms add theirs, ``settling`` compares what they find with what is stored,
``running`` does so for all records of a kind, ``reading`` tells an actor of it, ``leaving`` is the decision that
something stays as it is.
"""
