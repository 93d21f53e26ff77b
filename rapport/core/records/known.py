"""Ids that are known already, as one value of a question.

A value for each of a thousand ids would take Django longer to write than the database to find the records.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from rapport.lib.prepared import filled


def listed(ids: Sequence[int]) -> RawSQL:
    """The ids, for use behind ``__in``."""
    return _given(as_value(ids))


def listed_later(name: str) -> RawSQL:
    """The same in a prepared question, which is given :func:`as_value` of the ids."""
    return _given(filled(name))


def as_value(ids: Sequence[int]) -> Any:
    """The ids as the database at hand takes a list."""
    return json.dumps(list(ids)) if connection.vendor == "sqlite" else list(ids)


def _given(value: Any) -> RawSQL:
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [value])
    return RawSQL("SELECT unnest(%s::bigint[])", [value])
