"""Writing history: the act around a piece of work, and the facts inside it."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from rapport.accounts.actor import Actor
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.lib import clock
from rapport.lib.text import shorten

SALT_BYTES = 16
LABEL_LIMIT = 200  # characters of an act's label


@dataclass(frozen=True)
class Fact:
    """An event to be written: what happened to ``subject``, and which other records it belongs to.

    ``changes`` maps a record's id to ``{field key: [before, after]}`` in the fields' JSON form.
    """

    kind: str
    subject: int
    others: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[int, Mapping[str, Sequence[Any]]] = field(default_factory=dict)


@contextmanager
def acting(
    actor: Actor, kind: str, *, label: str = "", act: Act | None = None, undoes: Act | None = None
) -> Iterator[Act]:
    """One transaction, and the act that everything inside it belongs to.

    With ``act`` the work joins an act that is already open. What :func:`emit` counted is stored at the end.
    """
    with transaction.atomic():
        mine = act or Act.objects.create(
            kind=kind,
            label=shorten(label, LABEL_LIMIT),
            user_id=actor.user_id,
            via=actor.via,
            at=clock.now(),
            undoes=undoes,
        )
        yield mine
        if act is None:
            Act.objects.filter(pk=mine.pk).update(counts=mine.counts)


def data_digest(salt: bytes, data: Mapping[str, Any], changes: Mapping[int, Any]) -> bytes:
    """SHA-256 over the salt and the content of an event, in one canonical JSON form."""
    content = json.dumps([data, sorted(changes.items())], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(salt + content.encode()).digest()


def emit(actor: Actor, act: Act, facts: Sequence[Fact], *, cause: Event | None = None) -> list[Event]:
    """Writes the facts as events of ``act``, with their links and changes. Three inserts, however many facts."""
    at = clock.now()
    salts = os.urandom(SALT_BYTES * len(facts))
    events = []
    for number, fact in enumerate(facts):
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        events.append(
            Event(
                kind=fact.kind,
                user_id=actor.user_id,
                at=at,
                act=act,
                cause=cause,
                subject_id=fact.subject,
                data=dict(fact.data),
                salt=salt,
                data_digest=data_digest(salt, fact.data, fact.changes),
            )
        )
        verb = fact.kind.rpartition(".")[2]
        act.counts[verb] = act.counts.get(verb, 0) + 1
    Event.objects.bulk_create(events)
    EventLink.objects.bulk_create(
        EventLink(event=event, record_id=record_id, at=at)
        for event, fact in zip(events, facts, strict=True)
        for record_id in dict.fromkeys((fact.subject, *fact.others))
    )
    Change.objects.bulk_create(
        Change(event=event, record_id=record_id, fields=dict(fields))
        for event, fact in zip(events, facts, strict=True)
        for record_id, fields in fact.changes.items()
    )
    return events
