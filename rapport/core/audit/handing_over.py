"""The log for an auditor: all sealed events with their digests, as JSON Lines that can be checked without Rapport."""

from collections import defaultdict
from typing import IO, Any

import orjson

from rapport.core.audit.chain_check import read_sealed
from rapport.core.events import sealer
from rapport.core.events.models import Change


def hand_over(out: IO[bytes]) -> int:
    """Writes every sealed event, in the order of the seal; returns how many. Flat memory.

    What the digest is made of stands in ``rapport/core/events/chain.py``.
    """
    last = count = 0
    while chunk := read_sealed(last):
        ids = [row.event.id for row in chunk]
        records = sealer.records_of(ids)
        changes: dict[int, dict[str, Any]] = defaultdict(dict)
        told = Change.objects.filter(event_id__in=ids).values_list("event_id", "record_id", "fields")
        for event_id, record_id, fields in told:
            changes[event_id][str(record_id)] = fields
        for number, mark, salt, data, event in chunk:
            line = {
                "number": number,
                "digest": mark.hex(),
                **event._asdict(),
                "data_digest": bytes(event.data_digest).hex(),
                "records": sorted(records.get(event.id, ())),
                "salt": salt.hex(),
                "data": data,
                "changes": changes.get(event.id, {}),
            }
            out.write(orjson.dumps(line) + b"\n")
            count += 1
        last = chunk[-1][0]
    return count
