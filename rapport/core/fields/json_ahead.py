"""A look at the raw text of ``custom`` before its JSON is read: on SQLite reading takes as long as five such looks.

What the look leaves is more than matches, never less: the comparison itself follows. JSON writes letters, digits and
most signs of ASCII as they are, whoever wrote it; quotes, backslashes and all else have several forms and are not
looked for. PostgreSQL keeps JSON read already.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value

# Without “%” and “_”, too, which stand for other signs in a pattern.
_AS_IT_IS = re.compile(r"[ -!#-$&-\[\]^`-~]{3,60}")
_TEXTUAL = frozenset({"exact", "iexact", "contains", "icontains", "istartswith"})
_MOST = 3  # texts of which one is looked for; for more, reading is as quick


class _Like(Func):
    """SQLite's own LIKE: capitals of ASCII are their small letters to it."""

    template, arg_joiner = "%(expressions)s", " LIKE "
    output_field = BooleanField()


def may_hold(lookup: str, value: Any) -> Q:
    """A condition on ``custom`` that holds wherever the comparison ``lookup`` with ``value`` does; empty where there is
    none that is quick.
    """
    if connection.vendor != "sqlite":
        return Q()
    wanted: Sequence[Any] = list(value) if lookup == "in" else [value] if lookup in _TEXTUAL else []
    pieces = [_longest(one) for one in wanted[: _MOST + 1]]
    if len(pieces) > _MOST or not all(pieces):
        return Q()
    found = Q()
    for piece in pieces:
        found |= Q(_Like(F("custom"), Value(f"%{piece}%")))
    return found


def _longest(value: Any) -> str:
    """The longest piece of a text that JSON writes as it is."""
    return max(_AS_IT_IS.findall(value), key=len, default="") if isinstance(value, str) else ""
