"""Walks the chain of sealed events: every number there, every digest right, every content as it was sealed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from rapport.core.audit.findings import CHUNK, Problem, Progress
from rapport.core.events import anchors, sealer
from rapport.core.events.chain import COLUMNS, GENESIS, Sealable, digest
from rapport.core.events.emit import data_digest
from rapport.core.events.models import Change, Event, EventLink


class SealedRow(NamedTuple):
    """A sealed event as it is stored; without its changes and records."""

    number: int
    digest: bytes
    salt: bytes
    data: Any
    event: Sealable


def check_chain(progress: Progress) -> Iterator[Problem]:
    """What is wrong with the chain, the first break first."""
    head = sealer.state()
    previous, number = GENESIS, 0
    if (stray := Event.objects.filter(seal_no__lte=0).first()) is not None:
        yield Problem(_("Event %(event)s has a number that the seal never gives.") % {"event": stray.pk}, 0, stray.pk)
    while chunk := read_sealed(number):
        ids = [row.event.id for row in chunk]
        records, changes = sealer.records_of(ids), _changes(ids)
        erased = _erased_events([row for row in chunk if not row.salt])
        for row in chunk:
            yield from _check_row(row, number, previous, records, changes, erased)
            previous, number = row.digest, row.number
        progress("chain", number, head.head_no)
    if number < head.head_no:
        # The head is read first, so events that were sealed meanwhile do not count as missing.
        told = {"first": number + 1, "last": head.head_no}
        yield Problem(_("The last events are gone: numbers %(first)s to %(last)s.") % told, number + 1)
    elif head.head_no and _digest_of(head.head_no) != bytes(head.head_digest):
        yield Problem(_("The head of the chain is not the last event that was sealed."), head.head_no)


def read_sealed(after: int) -> list[SealedRow]:
    """The next sealed events behind a number, in the order of the seal."""
    rows = Event.objects.filter(seal_no__gt=after).order_by("seal_no")
    found = rows.values_list("seal_no", "digest", "salt", "data", *COLUMNS)[:CHUNK]
    return [
        SealedRow(number, bytes(mark or b""), bytes(salt), data, Sealable(*rest))
        for number, mark, salt, data, *rest in found
    ]


def _check_row(
    row: SealedRow,
    number: int,
    previous: bytes,
    records: dict[int, list[int]],
    changes: dict[int, list[tuple[int, Any]]],
    erased: Collection[int],
) -> Iterator[Problem]:
    event = row.event
    named = {"number": row.number, "event": event.id, "kind": event.kind}
    if row.number != number + 1:
        sentence = _("Numbers %(first)s to %(last)s are missing before event %(event)s (%(kind)s).")
        told = {**named, "first": number + 1, "last": row.number - 1}
        yield Problem(sentence % told, row.number, event.id)
    elif digest(previous, row.number, event, records.get(event.id, ())) != row.digest:
        sentence = _("Event %(event)s (%(kind)s, number %(number)s) is not as it was sealed.")
        yield Problem(sentence % named, row.number, event.id)
    if not row.salt and event.id in erased:
        return
    mine = dict(changes.get(event.id, ()))
    doubled = len(mine) != len(changes.get(event.id, ()))
    if doubled or data_digest(row.salt, row.data, mine) != bytes(event.data_digest):
        sentence = _("The content of event %(event)s (%(kind)s, number %(number)s) is not as it was sealed.")
        yield Problem(sentence % named, row.number, event.id, next(iter(mine), event.subject_id))


def _changes(ids: Sequence[int]) -> dict[int, list[tuple[int, Any]]]:
    found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for event_id, record_id, fields in Change.objects.filter(event_id__in=ids).values_list(
        "event_id", "record_id", "fields"
    ):
        found[event_id].append((record_id, fields))
    return found


def _erased_events(blank: Sequence[SealedRow]) -> set[int]:
    """Those of the blank events whose content an erasure took: one of their records was erased afterwards."""
    if not blank:
        return set()
    records = sealer.records_of([row.event.id for row in blank])
    known = erased_records({record for ids in records.values() for record in ids})
    return {event_id for event_id, ids in records.items() if known.intersection(ids)}


def erased_records(ids: Collection[int]) -> set[int]:
    """Those of the records that were erased, as the history tells."""
    told = EventLink.objects.filter(record_id__in=ids, event__kind__endswith=".erased")
    return set(told.values_list("record_id", flat=True))


def _digest_of(number: int) -> bytes:
    return bytes(Event.objects.filter(seal_no=number).values_list("digest", flat=True).first() or b"")


def check_anchors(progress: Progress) -> Iterator[Problem]:
    """What the heads kept outside the database say against it."""
    head = sealer.state()
    restored = [(anchor.line, anchor.number) for anchor in anchors.read() if anchor.restored and anchor.is_genuine]
    last = 0
    pending: list[anchors.Anchor] = []
    for anchor in anchors.read():
        if not anchor.is_genuine:
            sentence = _("Line %(line)s of the anchor file was not written by this workspace.")
            yield Problem(sentence % {"line": anchor.line})
            continue
        if any(line > anchor.line and number < anchor.number for line, number in restored):
            continue  # from a future that a restored backup took back, on purpose
        last = anchor.number
        pending.append(anchor)
        if len(pending) == CHUNK:
            yield from _compare(pending, head.head_no)
            progress("anchors", anchor.line, 0)
            pending = []
    yield from _compare(pending, head.head_no)
    if last < head.anchored_no:
        sentence = _("The anchor file is missing or was cut: it ends at number %(last)s instead of %(wanted)s.")
        yield Problem(sentence % {"last": last, "wanted": head.anchored_no}, last)


def _compare(pending: Sequence[anchors.Anchor], head_no: int) -> Iterator[Problem]:
    numbers = {anchor.number for anchor in pending if anchor.number}
    digests = dict(Event.objects.filter(seal_no__in=numbers).values_list("seal_no", "digest"))
    for anchor in pending:
        if anchor.number and bytes(digests.get(anchor.number) or b"").hex() != anchor.digest:
            sentence = (
                _("The database is older than its anchors: number %(number)s of %(at)s is missing.")
                if anchor.number > head_no
                else _("The chain was rewritten: number %(number)s is not the one of %(at)s.")
            )
            yield Problem(sentence % {"number": anchor.number, "at": anchor.at}, anchor.number)
