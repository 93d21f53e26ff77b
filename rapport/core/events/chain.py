"""The digest that ties each event to the one before it. What is hashed, and how, is written here and nowhere else.

``digest = SHA-256(canonical([version, previous, number, kind, subject, records, user, at, act, cause, data_digest]))``

``previous`` and ``data_digest`` are hexadecimal; ``records`` the ids of all records the event belongs to, ascending;
``user``, ``subject`` and ``cause`` ids or null; ``at`` the moment in microseconds since 1970 (UTC); ``act`` is
``[id, kind, via]``. ``canonical`` is JSON with sorted keys, without spaces, in UTF-8. Before the first event,
``previous`` is 32 zero bytes.
"""

import datetime
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from rapport.core.events.emit import canonical

VERSION = "rapport.1"
GENESIS = bytes(32)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)

# What Django has to read of an event, in the order of the fields of Sealable.
COLUMNS = (
    "pk", "kind", "subject_id", "user_id", "at", "act_id", "act__kind", "act__via", "cause_id", "data_digest",
)  # fmt: skip


class Sealable(NamedTuple):
    """What the seal holds of an event, besides the records it belongs to."""

    id: int
    kind: str
    subject_id: int | None
    user_id: int | None
    at: datetime.datetime
    act_id: int
    act_kind: str
    act_via: str
    cause_id: int | None
    data_digest: bytes


def digest(previous: bytes, number: int, event: Sealable, records: Sequence[int]) -> bytes:
    """The digest of ``event`` as number ``number`` behind the one with the digest ``previous``."""
    content = [
        VERSION,
        previous.hex(),
        number,
        event.kind,
        event.subject_id,
        sorted(records),
        event.user_id,
        (event.at - _EPOCH) // _MICROSECOND,
        [event.act_id, event.act_kind, event.act_via],
        event.cause_id,
        bytes(event.data_digest).hex(),
    ]
    return hashlib.sha256(canonical(content)).digest()
