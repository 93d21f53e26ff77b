"""Compares the files on records with what the history says of them, and their bytes with those that were taken in.

The file that a field holds is compared as a value of its record, too; here it is one of those that the field ever held.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from rapport.core.audit.chain_check import erased_records
from rapport.core.audit.findings import CHUNK, Problem, Progress, check, lasting
from rapport.core.events.models import Change, Event, EventLink
from rapport.core.files import storing
from rapport.core.files.models import File

_ADDED = "file.added"
_KINDS = (_ADDED, "file.removed", "file.restored")


@dataclass
class _Told:
    """What the history says of one file. ``sha256`` is "" where an older event did not tell it."""

    record: int
    name: str
    sha256: str
    live: bool = True


@check
def check_files(progress: Progress) -> Iterator[Problem]:
    """What differs, in the order of the records. Reads every byte of every file."""
    last, seen = 0, 0
    while ids := _next(last):
        yield from lasting(_differences, ids)
        last, seen = ids[-1], seen + len(ids)
        progress("records with files", seen, 0)


def _next(last: int) -> list[int]:
    """The next records that have files, or had one once."""
    have = File.objects.filter(record_id__gt=last).values_list("record_id")
    had = Event.objects.filter(kind=_ADDED, subject_id__gt=last).values_list("subject_id")
    return [pk for (pk,) in have.union(had).order_by("record_id")[:CHUNK]]


def _differences(ids: Sequence[int]) -> Iterator[Problem]:
    told = _history(ids)
    files = list(File.objects.filter(record_id__in=ids).order_by("record_id", "pk"))
    held = _held({file.record_id for file in files if file.field_key})  # read later than the files: none is missing
    for file in files:
        sentence = _in_field(file, held) if file.field_key else _against(file, told.pop(file.pk, None))
        if sentence := sentence or _wrong_bytes(file):
            yield Problem(sentence % {"file": file.pk, "record": file.record_id}, record=file.record_id)
    missing = {pk: says for pk, says in told.items() if says.live}  # what was removed is forgotten after its 30 days
    erased = erased_records({says.record for says in missing.values()}) if missing else set()
    for pk, says in missing.items():
        if says.record not in erased:
            sentence = _("File %(file)s on record %(record)s is gone, and no event says why.")
            yield Problem(sentence % {"file": pk, "record": says.record}, record=says.record)


def _history(ids: Sequence[int]) -> dict[int, _Told]:
    rows = EventLink.objects.filter(record_id__in=ids, event__subject_id=F("record_id"), event__kind__in=_KINDS)
    told: dict[int, _Told] = {}
    found = rows.values_list("event__seal_no", "event_id", "event__kind", "record_id", "event__data")
    # What waits for its seal comes last.
    for _number, _event, kind, record, data in sorted(found, key=lambda row: (row[0] is None, row[0] or 0, row[1])):
        if "file" not in data:
            continue  # erased
        if kind == _ADDED:
            told[data["file"]] = _Told(record, data["name"], data.get("sha256", ""))
        elif data["file"] in told:
            told[data["file"]].live = kind == "file.restored"
    return told


def _held(ids: Collection[int]) -> dict[tuple[int, str, int], tuple[str, str]]:
    """What fields of these records hold or once held, as the history has it: name and SHA-256 by record, field and id.
    An undo may bring any of it back.
    """
    found: dict[tuple[int, str, int], tuple[str, str]] = {}
    changes = Change.objects.filter(record_id__in=ids).values_list("record_id", "fields") if ids else ()
    for record, fields in changes:
        for key, values in fields.items():
            for value in values:
                if isinstance(value, dict) and {"id", "name", "sha256"} <= value.keys():
                    found[record, key, value["id"]] = value["name"], value["sha256"]
    return found


def _in_field(file: File, held: Mapping[tuple[int, str, int], tuple[str, str]]) -> str:
    says = held.get((file.record_id, file.field_key, file.pk))
    if says is None:
        return _("File %(file)s on record %(record)s is there, but no event added it.")
    if says != (file.name, file.sha256):
        return _("File %(file)s on record %(record)s is not the one that the history says was added.")
    return ""


def _against(file: File, says: _Told | None) -> str:
    if says is None:
        return _("File %(file)s on record %(record)s is there, but no event added it.")
    if says.record != file.record_id or says.name != file.name or says.sha256 not in ("", file.sha256):
        return _("File %(file)s on record %(record)s is not the one that the history says was added.")
    if says.live != (file.trashed_at is None):
        return _("File %(file)s on record %(record)s was removed or brought back without an event.")
    return ""


def _wrong_bytes(file: File) -> str:
    try:
        path = storing.path_of(file.stored_name)
        if not path.is_file():  # a pipe in its place would let us wait for ever
            raise FileNotFoundError
        with path.open("rb") as kept:
            found = hashlib.file_digest(kept, "sha256").hexdigest()
    except (OSError, ValueError):
        if not File.objects.filter(pk=file.pk).exists():
            return ""  # erased or forgotten in this moment
        return _("The bytes of file %(file)s on record %(record)s are gone.")
    if found != file.sha256:
        return _("The bytes of file %(file)s on record %(record)s are not those that were taken in.")
    return ""
