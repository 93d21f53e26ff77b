"""Work that does not belong into a request: leased by a worker, with progress, never lost by a crash.

Nouns: Job (a row, written in the transaction that asks for it), Task (a job while its handler works on it), Schedule
(work that comes again), Slot (a thread that takes jobs of one lane), Keeper (renews, rescues, minds schedules).
Verbs: ``queue.enqueue``, ``queue.cancel``, ``queue.retry``, ``process.run``; a handler is declared with
``handlers.job``, ``schedules.schedule`` or ``schedules.every``, another loop of the worker with ``loops.loop``.

A job may run more than once (a worker can die behind its last step), so every handler must bear being started again.
"""
