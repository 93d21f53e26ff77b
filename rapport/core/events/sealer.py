"""The sealer: gives committed events their number, without gaps, and ties each to the one before it.

1. Read the head, and the oldest events without a number. Only committed ones are seen, so an event whose
   transaction ends late simply gets a later number: none is skipped, whatever the order of the ids.
2. Compute the digests, outside of any transaction.
3. In one short transaction: move the head if it is still the one that was read, and store numbers and digests.
   Whoever comes second finds the head moved, and what he computed is thrown away.
4. Write the new head into the anchor file.

Killed anywhere, it leaves a whole chain: the next one goes on behind the head. The lease keeps others from
computing in vain; that the chain has one writer does not depend on it.
"""

import datetime
import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from rapport.core.events import anchors
from rapport.core.events.chain import COLUMNS, Sealable, digest
from rapport.core.events.models import Event, EventLink, SealState
from rapport.lib import clock, faults

LEASE = datetime.timedelta(seconds=10)
MOST = 2_000  # events in one transaction …
FEWEST = 100
GOOD_SECONDS = 0.1  # … which shall not take longer than this; else the next one is smaller
ANCHOR_SECONDS = 10.0  # between two lines of the anchor file while there is always something to seal
MOST_COUNTED = 100_000
Sealed = tuple[int, bytes, int]  # number, digest, id of the event


class Sealer:
    """One who seals. ``seal`` does a batch, ``drain`` all there is."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self.size = 500
        self.anchored_at = 0.0

    def drain(self) -> int:
        """Seals until nothing waits; returns the number of events. 0 also while another one holds the lease."""
        total = 0
        while done := self.seal():
            total += done
        self.anchor()
        return total

    def seal(self) -> int:
        """Seals one batch; returns its size."""
        waiting = unsealed().order_by("pk").values_list(*COLUMNS)[: self.size]
        events = [Sealable(*row) for row in waiting]
        if not events or not self._lease():
            return 0
        head = state()
        sealed = _chained(head, events)
        began = time.monotonic()
        if not self._store(head, sealed):
            return 0
        self._fit(time.monotonic() - began)
        faults.point("seal.committed")
        self.anchor_when_due()
        return len(sealed)

    def anchor_when_due(self) -> None:
        """As :meth:`anchor`, if the last time was some seconds ago."""
        if time.monotonic() - self.anchored_at > ANCHOR_SECONDS:
            self.anchor()

    def anchor(self) -> None:
        """Writes the head into the anchor file if it is not there yet."""
        head = state()
        if head.head_no > head.anchored_no and head.holder == self.token:
            anchors.append(head.head_no, bytes(head.head_digest))
            faults.point("seal.anchored")
            SealState.objects.filter(pk=1, anchored_no__lt=head.head_no).update(anchored_no=head.head_no)
        self.anchored_at = time.monotonic()

    def release(self) -> None:
        """Lets another one seal at once."""
        SealState.objects.filter(pk=1, holder=self.token).update(holder="", until=None)

    def _lease(self) -> bool:
        """Takes or renews the lease. One that ends later than a lease can be is of a clock that was turned back."""
        now = clock.now()
        free = Q(holder__in=("", self.token)) | Q(until__lt=now) | Q(until__gt=now + LEASE)
        mine = SealState.objects.filter(pk=1)
        held = mine.filter(holder=self.token, until__gt=now + LEASE / 2, until__lte=now + LEASE)
        if held.exists():
            return True
        state()
        return bool(mine.filter(free).update(holder=self.token, until=now + LEASE))

    def _store(self, head: SealState, sealed: Sequence[Sealed]) -> bool:
        """Moves the head and stores the numbers. False if somebody else has sealed meanwhile; then nothing changed."""
        number, last, _pk = sealed[-1]
        with transaction.atomic():
            moved = SealState.objects.filter(pk=1, head_no=head.head_no, head_digest=head.head_digest)
            if not moved.update(head_no=number, head_digest=last):
                return False
            faults.point("seal.head")
            if _write(sealed) != len(sealed):
                transaction.set_rollback(True)
                return False
            faults.point("seal.written")
        return True

    def _fit(self, seconds: float) -> None:
        if seconds > GOOD_SECONDS:
            self.size = max(FEWEST, self.size // 2)
        elif seconds < GOOD_SECONDS / 3:
            self.size = min(MOST, self.size * 2)


def state() -> SealState:
    """The state of the seal as it is now."""
    found = SealState.objects.filter(pk=1).first()
    return found or SealState.objects.get_or_create(pk=1)[0]


def unsealed() -> Any:
    """Committed events without a number."""
    return Event.objects.filter(seal_no__isnull=True)


def waiting() -> tuple[int, float]:
    """How many events wait for the seal (counted up to :data:`MOST_COUNTED`), and for how many seconds the oldest."""
    number = unsealed()[:MOST_COUNTED].count()
    oldest = unsealed().order_by("pk").values_list("at", flat=True).first() if number else None
    return number, max((clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0


def records_of(ids: Sequence[int]) -> dict[int, list[int]]:
    """The records that each of these events belongs to."""
    found: dict[int, list[int]] = defaultdict(list)
    for event_id, record_id in EventLink.objects.filter(event_id__in=ids).values_list("event_id", "record_id"):
        found[event_id].append(record_id)
    return found


def _chained(head: SealState, events: Sequence[Sealable]) -> list[Sealed]:
    records = records_of([event.id for event in events])
    previous, number = bytes(head.head_digest), head.head_no
    sealed = []
    for event in events:
        number += 1
        previous = digest(previous, number, event, records.get(event.id, ()))
        sealed.append((number, previous, event.id))
    return sealed


def _write(sealed: Sequence[Sealed]) -> int:
    """Stores numbers and digests of events that have none yet; returns how many."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"UPDATE {table} SET seal_no = %s, digest = %s WHERE id = %s AND seal_no IS NULL",  # noqa: S608
                sealed,
            )
        else:
            numbers, digests, ids = (list(column) for column in zip(*sealed, strict=True))
            cursor.execute(
                f"UPDATE {table} SET seal_no = new.seal_no, digest = new.digest"  # noqa: S608 - a table's own name
                " FROM unnest(%s::bigint[], %s::bytea[], %s::bigint[]) AS new(seal_no, digest, id)"
                f" WHERE {table}.id = new.id AND {table}.seal_no IS NULL",
                [numbers, digests, ids],
            )
        return int(cursor.rowcount)
