"""A column of notes in files of people and companies: each text becomes a note on the record of its row."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Note
from rapport.activities.notes import NOTE
from rapport.core.events.models import Act
from rapport.core.importing.targets import Beside
from rapport.core.objects import saving
from rapport.core.records.among import among


def write_notes(actor: Actor, told: Sequence[tuple[int, str]], act: Act) -> set[int]:
    """Writes the texts as notes on the records with these ids; a note that is there already is not written again."""
    there = _there({record_id for record_id, _text in told})
    wanted = list(dict.fromkeys((pk, text) for pk, text in told if (pk, " ".join(text.split())) not in there))
    drafts = saving.create_many(actor, NOTE, [{"body": text, "about": [pk]} for pk, text in wanted], act=act)
    return {pk for (pk, _text), draft in zip(wanted, drafts, strict=True) if not draft.errors}


def _there(record_ids: set[int]) -> set[tuple[int, str]]:
    about = ActivityLink.objects.filter(among("record_id", record_ids)).values_list("activity_id", "record_id")
    records: dict[int, list[int]] = {}
    for activity_id, record_id in about:
        records.setdefault(activity_id, []).append(record_id)
    notes = Note.objects.filter(among("pk", records), live=True).values_list("pk", "body")
    return {(record_id, " ".join(body.split())) for pk, body in notes for record_id in records[pk]}


NOTE_COLUMN = Beside(
    "note",
    _("Note on the record"),
    ("Note", "Notiz", "Activity notes", "Last note", "Letzte Notiz", "Remarque", "Nota", "Historie", "Gesprächsnotiz"),
    write_notes,
    right="note",
)
