"""The floor under a figure: the same SQL without us. Its processor time, in this process and in the database's.

A request is answered once in this process while its statements on business tables are noted; then only those are sent,
again and again. Writes happen inside a transaction that is rolled back.
"""

import re
import statistics
import time
from typing import Any

from bench.operations import Ids, Operation
from bench.processor import Meter

_OURS = re.compile(r'"(?:core|people|activities)_\w+"')
_REPEATS = 40
_MOST_SECONDS = 10  # a statement far over every budget need not be repeated for a figure


def floor_ms(operation: Operation, ids: Ids, email: str, backend: int | None) -> float:
    """Milliseconds of processor time of the bare statements of one request. ``backend``: the postmaster, if any."""
    from django.db import connection, transaction

    with transaction.atomic():
        statements = _statements(operation, ids, email)
        transaction.set_rollback(True)
    meter = Meter(web=0, postmaster=backend) if backend else None
    used: list[int] = []
    end = time.monotonic() + _MOST_SECONDS
    while len(used) < _REPEATS and not (used and time.monotonic() > end):
        before = time.thread_time_ns() + (meter.nanoseconds() if meter else 0)
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
                if cursor.description:
                    cursor.fetchall()
            transaction.set_rollback(True)
        after = time.thread_time_ns()
        if meter:
            after += meter.nanoseconds()
        used.append(after - before)
    return statistics.median(used) / 1e6


def _statements(operation: Operation, ids: Ids, email: str) -> list[tuple[str, Any]]:
    """The SQL of one request that touches business tables, with its values."""
    from django.db import connection
    from django.test import Client

    from rapport.accounts.models import User

    client = Client(raise_request_exception=True)
    client.force_login(User.objects.get(email=email))
    noted: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if not many and _OURS.search(sql):
            noted.append((sql, values))
        return execute(sql, values, many, context)

    path = operation.path(ids, 0)
    with connection.execute_wrapper(note):
        if operation.form:
            client.post(path, operation.form(999_999_999))
        else:
            client.get(path)
    return noted
