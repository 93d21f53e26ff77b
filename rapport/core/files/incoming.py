"""Files on their way in: looked at and held, with no record yet. A ticket keeps one while a form is corrected."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Sum
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.errors import Invalid
from rapport.core.files import storing
from rapport.core.files.models import File
from rapport.lib import clock
from rapport.lib.file_kinds import image_size, is_disguised, sniff
from rapport.lib.file_names import clean_file_name
from rapport.lib.wording import grouped

MEGABYTE = 1024 * 1024
_TICKET_SECONDS = 45 * 60  # less than the hour after which bytes that nobody took are removed
_SALT = "rapport.files.ticket"


@dataclass(frozen=True)
class Incoming:
    """A file whose bytes are held and whose row is still to be written: what :class:`File` will hold of it."""

    name: str
    size: int
    sha256: str
    kind: str
    is_disguised: bool
    width: int | None
    height: int | None
    stored_name: str
    user_id: int | None

    def settle(self, record_id: int, field_key: str = "", number: int | None = None) -> File:
        """Gives the bytes their place and makes the row, to be saved in the same transaction; ``number`` is its id
        where that was reserved.
        """
        storing.place(self.stored_name)
        return File(**asdict(self), pk=number, record_id=record_id, field_key=field_key, added_at=clock.now())


class Room:
    """What the files of the workspace take, and what is held, in bytes; reckoned once for many that come together."""

    def __init__(self) -> None:
        self.used = used_bytes() + storing.held_bytes()

    def demand(self, size: int) -> None:
        """Invalid with a sentence if that many bytes have no room any more."""
        # Forms that are never sent again, and saves that failed, must not take more than the files themselves may.
        if self.used + size > settings.FILES_QUOTA:
            quota = grouped(settings.FILES_QUOTA // MEGABYTE)
            sentence = _("The files of this workspace may take %(quota)s MB, and that is used up. Remove some first.")
            raise Invalid({"files": [sentence % {"quota": quota}]})
        data_folder.demand_room(size)


def take_in(
    actor: Actor, name: str, chunks: Iterable[bytes], *, size: int = 0, most: int = 0, room: Room | None = None
) -> Incoming:
    """Writes the bytes down and looks at them. ``size`` is what they are said to have, to refuse early; ``most`` bytes
    are taken (0: as many as any file may have). Without a ``room`` it is reckoned before and after.

    Invalid with a sentence if there are none or too many, or if there is no room; nothing is kept then.
    """
    shown = clean_file_name(name)
    most = min(most or settings.FILE_BYTES, settings.FILE_BYTES)
    if size > most:
        raise _too_large(shown, most)
    (room or Room()).demand(size)
    try:
        kept = storing.hold(chunks, most)
    except storing.TooLarge:
        raise _too_large(shown, most) from None
    try:
        if kept.size == 0:
            raise Invalid({"files": [_("“%(name)s” is empty.") % {"name": shown}]})
        if room:
            room.demand(kept.size)
            room.used += kept.size
        else:
            Room().demand(0)  # it is among those that are held
    except Invalid:
        storing.drop(kept.stored_name)
        raise
    kind = sniff(kept.head)
    pixels = image_size(kept.head, kind)
    return Incoming(
        name=shown,
        size=kept.size,
        sha256=kept.sha256,
        kind=kind,
        is_disguised=is_disguised(shown, kind),
        width=pixels.width if pixels else None,
        height=pixels.height if pixels else None,
        stored_name=kept.stored_name,
        user_id=actor.user_id,
    )


def ticket(incoming: Incoming) -> str:
    """What a form carries in place of a file that it sent before and that was not saved yet. Good for its sender."""
    return signing.dumps(asdict(incoming), salt=_SALT)


def redeem(actor: Actor, given: str) -> Incoming:
    """The file of a ticket. ValueError with a sentence if it is no ticket of the actor's, is too old, or was used."""
    try:
        held: dict[str, Any] = signing.loads(given, salt=_SALT, max_age=_TICKET_SECONDS)
    except signing.BadSignature:
        held = {}
    is_his = bool(held) and held.get("user_id") == actor.user_id
    if not is_his or _is_taken(held["stored_name"]) or not storing.is_kept(held["stored_name"]):
        raise ValueError(_("The file is no longer held. Choose it again."))
    return Incoming(**held)


def discard(incoming: Incoming) -> None:
    """Forgets a file that no record took."""
    if not _is_taken(incoming.stored_name):
        storing.drop(incoming.stored_name)


def used_bytes() -> int:
    """What all files of the workspace take, those in the trash among them."""
    return File.objects.aggregate(used=Sum("size"))["used"] or 0


def _is_taken(stored_name: str) -> bool:
    return File.objects.filter(stored_name=stored_name).exists()


def _too_large(name: str, most: int) -> Invalid:
    sentence = _("“%(name)s” is larger than %(limit)s MB, the most a file may have here.")
    return Invalid({"files": [sentence % {"name": name, "limit": grouped(most // MEGABYTE)}]})
