"""Making one record of several: the verb, the numbers that stay, and how it all comes apart again.

``merge`` is the verb, ``combining`` decides the values of the one that stays, ``pointing`` takes along what leads to
the others, ``settling`` keeps their numbers and moves what hangs on them. Who has only a number asks
:mod:`rapport.core.records.aliases`.

A room with rows of its own on records says what becomes of them: values decide by their field and the ``unite`` of the
saver, links by ``Field.redirected``, rows by :func:`settling.carry_along`, where it also says how consent keeps the
most restrictive.
"""
