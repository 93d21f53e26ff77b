"""Verbs of the desk: write a note, log a call."""

import datetime
from dataclasses import dataclass, field

from rapport.accounts.actor import Actor
from rapport.activities.calls import CALL
from rapport.activities.models import Call, Note
from rapport.activities.notes import NOTE
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.lib import clock


@dataclass(frozen=True)
class NoteInput:
    """A note about the records with the ids ``about``."""

    body: str
    about: tuple[int, ...]


@dataclass(frozen=True)
class CallInput:
    """A call about the records ``about``. ``duration`` is in seconds, ``happened_at`` UTC (default: now)."""

    about: tuple[int, ...]
    direction: str = "out"
    outcome: str = "connected"
    duration: int | None = None
    body: str = ""
    happened_at: datetime.datetime | None = field(default=None)


def add_note(actor: Actor, note: NoteInput, *, act: Act | None = None) -> Note:
    """Writes a note on records; it shows on each, and on the company of each person. Emits ``note.created``."""
    created: Note = saving.create(actor, NOTE, {"body": note.body, "about": list(note.about)}, act=act)
    return created


def log_call(actor: Actor, call: CallInput, *, act: Act | None = None) -> Call:
    """Logs a call that was made or taken. Emits ``call.created``."""
    values = {
        "direction": call.direction,
        "outcome": call.outcome,
        "duration": call.duration,
        "body": call.body,
        "about": list(call.about),
        "happened_at": call.happened_at or clock.now(),
    }
    created: Call = saving.create(actor, CALL, values, act=act)
    return created
