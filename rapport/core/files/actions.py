"""Verbs of files: add, move to the trash, restore. Who may edit a record may add to and remove from it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.may import find_record
from rapport.core.access.visible import get_record
from rapport.core.errors import NotFound
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.files import incoming, storing
from rapport.core.files.models import File
from rapport.core.objects import registry
from rapport.core.records.aliases import current
from rapport.core.records.models import Record
from rapport.lib import clock, faults

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


def spec_of(record_id: int) -> "ObjectSpec":
    """What kind of object has this id; NotFound if there is none."""
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    if spec is None:
        raise _not_found()
    return spec


def find_place(actor: Actor, record_id: int, action: str = "view") -> "ObjectSpec":
    """What kind of object the record is, if the actor may do this to it (``view``: also in the trash).

    One answer for what is not there and for what may not be seen, whatever it is: NotFound; else NotAllowed.
    """
    spec = spec_of(record_id)
    try:
        if action == "view":
            find_record(actor, spec, record_id)
        else:
            get_record(actor, spec, record_id, action)
    except NotFound:
        raise _not_found() from None
    return spec


def add_file(actor: Actor, record_id: int, name: str, chunks: Iterable[bytes], *, size: int = 0) -> File:
    """Puts a file on a record the actor may edit. ``size`` is what it is said to have, to refuse early.

    Invalid with a sentence if it is empty, too large, or if there is no room. Emits ``file.added``.
    """
    spec = find_place(actor, record_id, "edit")
    kept = incoming.take_in(actor, name, chunks, size=size)
    try:
        with acting(actor, "file.add", label=kept.name) as act:
            get_record(actor, spec, record_id, "edit")  # it may have gone to the trash while the bytes came
            file = kept.settle(record_id)
            file.save(force_insert=True)
            emit(actor, act, [_fact("file.added", file, sha256=file.sha256)])
            faults.point("files.stored")
    except BaseException:
        storing.drop(kept.stored_name)
        raise
    return file


def find_file(actor: Actor, file_id: int, *, trashed: bool = False) -> File:
    """A file on a record that the actor sees, in the trash or not; NotFound otherwise.

    The file of a field is there for who may see the field.
    """
    file = File.objects.filter(pk=file_id, trashed_at__isnull=not trashed).first()
    if file is None:
        raise _not_found()
    spec = find_place(actor, current(file.record_id))
    if file.field_key and file.field_key not in readable_fields(actor, spec):
        raise _not_found()
    return file


def trash_file(actor: Actor, file_id: int) -> File:
    """Takes a file off its record; it can be restored for 30 days. Emits ``file.removed``.

    The file of a field is changed like every value: with the record, so that its history tells it.
    """
    return _set_trashed(actor, find_file(actor, file_id), "file.removed")


def restore_file(actor: Actor, file_id: int) -> File:
    """Brings a file back out of the trash. Emits ``file.restored``."""
    return _set_trashed(actor, find_file(actor, file_id, trashed=True), "file.restored")


def _set_trashed(actor: Actor, file: File, event: str) -> File:
    if file.field_key:
        raise _not_found()
    record_id = current(file.record_id)
    get_record(actor, spec_of(record_id), record_id, "edit")
    was = file.trashed_at
    file.trashed_at = clock.now() if was is None else None
    with acting(actor, event, label=file.name) as act:
        if File.objects.filter(pk=file.pk, trashed_at=was).update(trashed_at=file.trashed_at):
            emit(actor, act, [_fact(event, file)])
        else:
            act.delete()  # of two at once the second finds nothing left to do
    return file


def _fact(kind: str, file: File, **more: str) -> Fact:
    return Fact(kind, file.record_id, data={"file": file.pk, "name": file.name, **more})


def _not_found() -> NotFound:
    return NotFound(_("There is no such file, or you may not see it."))
