"""What is left when things go wrong: ``python -m tests.faults`` (``make faults``), not a part of ``make test``.

The real processes run on a workspace in a temporary folder, and are killed with SIGKILL at random moments and at every
``rapport.lib.faults.point``. After each kill they start again, finish what was begun, and the ledger of what they had
acknowledged is compared with what is there. Then come troubles of other kinds: a locked database, a full disk, a wrong
clock, work that always fails. ``statements`` kills verbs at each of their SQL statements; a contract test runs it.

A new kind of work is a class in ``scenarios`` of some ten lines.
"""
