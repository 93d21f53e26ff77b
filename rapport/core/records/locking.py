"""Rows that are locked by reading them. SQLite lets one writer at a time in anyway."""

from typing import Any

from django.db import connection


def locked(rows: Any) -> Any:
    """The rows, to be locked by reading them, until the transaction ends.

    Whoever adds to what a record holds reads it behind this lock: of two at once the second sees what the first wrote.
    In the order of the ids, so that two never wait for each other.
    """
    return rows.order_by("pk").select_for_update(of=("self",)) if connection.features.has_select_for_update else rows
