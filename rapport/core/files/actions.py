"""Verbs of files: add, move to the trash, restore. Who may edit a record may add to and remove from it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.may import find_record
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid, NotFound
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.files import storing
from rapport.core.files.models import File
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.lib import clock, faults
from rapport.lib.file_kinds import image_size, is_disguised, sniff
from rapport.lib.file_names import clean_file_name
from rapport.lib.wording import grouped

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MEGABYTE = 1024 * 1024
_LEFT_FREE = 256 * MEGABYTE  # of the disk: a database needs room, too


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
    shown = clean_file_name(name)
    most = settings.FILE_BYTES
    if size > most:
        raise _too_large(shown)
    _demand_room(size)
    try:
        kept = storing.keep(chunks, most)
    except storing.TooLarge:
        raise _too_large(shown) from None
    try:
        if kept.size == 0:
            raise Invalid({"files": [_("“%(name)s” is empty.") % {"name": shown}]})
        _demand_room(kept.size)
        return _store(actor, spec, record_id, shown, kept)
    except BaseException:
        storing.drop(kept.stored_name)
        raise


def _store(actor: Actor, spec: "ObjectSpec", record_id: int, name: str, kept: storing.Kept) -> File:
    kind = sniff(kept.head)
    pixels = image_size(kept.head, kind)
    with acting(actor, "file.add", label=name) as act:
        get_record(actor, spec, record_id, "edit")  # it may have gone to the trash while the bytes came
        file = File.objects.create(
            record_id=record_id,
            name=name,
            size=kept.size,
            sha256=kept.sha256,
            kind=kind,
            is_disguised=is_disguised(name, kind),
            width=pixels.width if pixels else None,
            height=pixels.height if pixels else None,
            stored_name=kept.stored_name,
            user_id=actor.user_id,
            added_at=clock.now(),
        )
        emit(actor, act, [_fact("file.added", file)])
        faults.point("files.stored")
    return file


def find_file(actor: Actor, file_id: int, *, trashed: bool = False) -> File:
    """A file on a record that the actor sees, in the trash or not; NotFound otherwise."""
    file = File.objects.filter(pk=file_id, trashed_at__isnull=not trashed).first()
    if file is None:
        raise _not_found()
    find_place(actor, file.record_id)
    return file


def trash_file(actor: Actor, file_id: int) -> File:
    """Takes a file off its record; it can be restored for 30 days. Emits ``file.removed``."""
    return _set_trashed(actor, find_file(actor, file_id), "file.removed")


def restore_file(actor: Actor, file_id: int) -> File:
    """Brings a file back out of the trash. Emits ``file.restored``."""
    return _set_trashed(actor, find_file(actor, file_id, trashed=True), "file.restored")


def _set_trashed(actor: Actor, file: File, event: str) -> File:
    get_record(actor, spec_of(file.record_id), file.record_id, "edit")
    was = file.trashed_at
    file.trashed_at = clock.now() if was is None else None
    with acting(actor, event, label=file.name) as act:
        if File.objects.filter(pk=file.pk, trashed_at=was).update(trashed_at=file.trashed_at):
            emit(actor, act, [_fact(event, file)])
        else:
            act.delete()  # of two at once the second finds nothing left to do
    return file


def used_bytes() -> int:
    """What all files of the workspace take, those in the trash among them."""
    return File.objects.aggregate(used=Sum("size"))["used"] or 0


def _demand_room(size: int) -> None:
    if used_bytes() + size > settings.FILES_QUOTA:
        quota = grouped(settings.FILES_QUOTA // MEGABYTE)
        sentence = _("The files of this workspace may take %(quota)s MB, and that is used up. Remove some first.")
        raise Invalid({"files": [sentence % {"quota": quota}]})
    if storing.room_left() < size + _LEFT_FREE:
        raise Invalid({"files": [_("The disk is nearly full, so no file can be added. Tell your administrator.")]})


def _too_large(name: str) -> Invalid:
    limit = grouped(settings.FILE_BYTES // MEGABYTE)
    sentence = _("“%(name)s” is larger than %(limit)s MB, the most a file may have here.")
    return Invalid({"files": [sentence % {"name": name, "limit": limit}]})


def _fact(kind: str, file: File) -> Fact:
    return Fact(kind, file.record_id, data={"file": file.pk, "name": file.name})


def _not_found() -> NotFound:
    return NotFound(_("There is no such file, or you may not see it."))
