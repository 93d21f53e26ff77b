"""Work that does not belong into a request: leased by a worker, with progress, never lost by a crash.

Nouns: Job (a row, written in the transaction that asks for it), Task (a job while its handler works on it).
Verbs: ``queue.enqueue``, ``queue.claim``, ``queue.cancel``, ``worker.work``; a handler is declared with
``handlers.job``. A job may run more than once (a worker can die behind its last step), so every handler must
bear being started again.
"""
