"""Writing history: the act around a piece of work, and the facts inside it."""

import datetime
import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import transaction

from rapport.accounts.actor import Actor
from rapport.core.events import causes
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.onlookers import demand_writing
from rapport.core.records import rows
from rapport.lib import clock
from rapport.lib.text import shorten

SALT_BYTES = 16
LABEL_LIMIT = 200  # characters of an act's label
_EVENT = ("id", "kind", "user_id", "at", "act_id", "cause_id", "subject_id", "data", "salt", "data_digest")


@dataclass(frozen=True)
class Fact:
    """An event to be written: what happened to ``subject``, and which other records it belongs to.

    What happens to the house itself (a sign-in, a role) has no subject and no others; its ``data`` tells of it.
    ``changes`` maps a record's id to ``{field key: [before, after]}`` in the fields' JSON form. ``stands_at`` (UTC) is
    its place on the timelines of the others, where that is not the moment it is written: a meeting stands where it
    begins.
    """

    kind: str
    subject: int | None
    others: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[int, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    stands_at: datetime.datetime | None = None


@contextmanager
def acting(
    actor: Actor, kind: str, *, label: str = "", act: Act | None = None, undoes: Act | None = None
) -> Iterator[Act]:
    """One transaction, and the act that everything inside it belongs to.

    With ``act`` the work joins an act that is already open. What :func:`emit` counted is stored at the end. NotAllowed
    for one who only looks on.
    """
    demand_writing(actor)
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


def canonical(value: Any) -> bytes:
    """The one form in which content is hashed: JSON with sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def data_digest(salt: bytes, data: Mapping[str, Any], changes: Mapping[int, Any]) -> bytes:
    """SHA-256 over the salt and the content of an event."""
    return hashlib.sha256(salt + canonical([data, sorted(changes.items())])).digest()


def emit(actor: Actor, act: Act, facts: Sequence[Fact], *, cause: Event | None = None) -> Sequence[int]:
    """Writes the facts as events of ``act``, with their links and changes; returns the events' ids.

    ``cause`` is the event they follow from; inside a consumer it is the one that is being handled.
    """
    cause_id = causes.cause_id(cause)
    at = clock.now()
    salts = os.urandom(SALT_BYTES * len(facts))
    ids = rows.reserve(Event, len(facts))
    events, links, changes = [], [], []
    for number, (pk, fact) in enumerate(zip(ids, facts, strict=True)):
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        digest = data_digest(salt, fact.data, fact.changes)
        events.append((pk, fact.kind, actor.user_id, at, act.pk, cause_id, fact.subject, fact.data, salt, digest))
        links += [
            (pk, record_id, at if record_id == fact.subject else fact.stands_at or at) for record_id in _belonging(fact)
        ]
        changes += [(pk, record_id, fields) for record_id, fields in fact.changes.items()]
    for verb, count in Counter(fact.kind.rpartition(".")[2] for fact in facts if fact.subject is not None).items():
        act.counts[verb] = act.counts.get(verb, 0) + count
    rows.insert(Event, _EVENT, events)
    rows.insert(EventLink, ("event_id", "record_id", "at"), links)
    rows.insert(Change, ("event_id", "record_id", "fields"), changes)
    return ids


def _belonging(fact: Fact) -> tuple[int, ...]:
    """The records on whose timelines the fact stands, each once."""
    return () if fact.subject is None else tuple(dict.fromkeys((fact.subject, *fact.others)))
