"""Declared fields whose options are rows of a room: the stages of a pipeline.

They are read with the definitions and are in force as these are: one snapshot for a request, a job or a command. A room
that changes such rows calls ``loading.renew`` in the same transaction.
"""

from collections.abc import Callable, Mapping

from rapport.core.fields import Field

Fit = Callable[[], Mapping[str, Field]]
_fits: dict[str, list[Fit]] = {}


def fit(kind: str, fields: Fit) -> None:
    """Adds a room that says what some declared fields of ``kind`` are at this moment, by key."""
    _fits.setdefault(kind, []).append(fields)


def fitted() -> Mapping[str, Mapping[str, Field]]:
    """All such fields, by kind and key. A few queries for each room."""
    return {kind: {key: one for fields in some for key, one in fields().items()} for kind, some in _fits.items()}
