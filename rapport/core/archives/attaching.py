"""The files of an archive, back on their records: those of fields through the save path, others beside it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.archives import layout
from rapport.core.archives.checking import Archive
from rapport.core.archives.guide import Guide
from rapport.core.errors import Invalid, Refused
from rapport.core.events.emit import Fact, emit
from rapport.core.events.models import Act
from rapport.core.fields import FileField
from rapport.core.files import incoming
from rapport.core.files.incoming import Incoming
from rapport.core.files.models import File
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.lib import clock

_PIECE = 256 * 1024
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


@dataclass
class Attached:
    """A file on its way: the line that names it, its record here, and its bytes once they are held."""

    number: int
    told: dict[str, Any]
    record_id: int | None = None
    kind: str = ""
    held: Incoming | None = None
    problem: str = ""
    is_new: bool = False


class Attacher:
    """Puts files on records. What a record has already, by name and bytes, is not added again."""

    def __init__(self, actor: Actor, archive: Archive, guide: Guide) -> None:
        self.actor, self.archive, self.guide = actor, archive, guide

    def hold(self, numbered: Sequence[tuple[int, bytes]]) -> list[Attached]:
        """Reads lines, and holds the bytes of those files that are not there yet; before the transaction."""
        found = [self._parsed(number, text) for number, text in numbered]
        self.guide.learn({one.told["record"] for one in found if not one.problem})
        for one in found:
            if not one.problem:
                one.record_id = self.guide.here("record", one.told["record"])
        kinds = dict(
            Record.objects.filter(pk__in=[one.record_id for one in found if one.record_id]).values_list("pk", "kind")
        )
        room = incoming.Room()
        for one in found:
            one.kind = kinds.get(one.record_id or 0, "")
            if one.kind and not self._is_there(one):
                self._hold(one, room)
            elif not one.kind and not one.problem:
                one.problem = _("“%(name)s”: its record was not imported.") % {"name": one.told["name"][:80]}
        return found

    def put(self, files: Sequence[Attached], act: Act) -> None:
        """Puts held files on their records, under an open act."""
        for one in files:
            if one.held is not None and one.record_id is not None:
                try:
                    self._put(one, one.held, one.record_id, act)
                    one.is_new = True
                except Refused as refused:
                    one.problem = refused.message

    def _parsed(self, number: int, text: bytes) -> Attached:
        try:
            told = orjson.loads(text)
            one = Attached(number, {"id": int(told["id"]), "record": int(told["record"]), "field": str(told["field"]),
                                    "name": str(told["name"]), "sha256": str(told["sha256"]), "size": int(told["size"]),
                                    "added_at": told.get("added_at")})  # fmt: skip
        except _UNREADABLE:
            return Attached(number, {}, problem=_("This line is no file."))
        if not self.archive.has(layout.file(one.told["id"])):
            one.problem = _("“%(name)s” is not in the archive.") % {"name": one.told["name"][:80]}
        return one

    def _is_there(self, one: Attached) -> bool:
        same = File.objects.filter(
            record_id=one.record_id or 0, field_key=one.told["field"], sha256=one.told["sha256"], name=one.told["name"],
            trashed_at=None,
        )  # fmt: skip
        return same.exists()

    def _hold(self, one: Attached, room: incoming.Room) -> None:
        try:
            held = incoming.take_in(self.actor, one.told["name"], self._bytes(one), size=one.told["size"], room=room)
        except Invalid as invalid:
            one.problem = invalid.message
            return
        if held.sha256 != one.told["sha256"]:
            incoming.discard(held)
            one.problem = _("“%(name)s” is not what the archive says: it was left out.") % {"name": held.name}
            return
        one.held = held

    def _bytes(self, one: Attached) -> Iterator[bytes]:
        with self.archive.open(layout.file(one.told["id"])) as member:
            while piece := member.read(_PIECE):
                yield piece

    def _put(self, one: Attached, held: Incoming, record_id: int, act: Act) -> None:
        spec, key = registry.get(one.kind), one.told["field"]
        if key:
            if not isinstance(spec.by_key.get(key), FileField):
                raise Invalid({"": [_("“%(name)s”: there is no field for it here.") % {"name": held.name}]})
            for draft in saving.update_many(self.actor, spec, [(record_id, None, {key: held})], act=act):
                if draft.errors:
                    raise Invalid(draft.errors)
            return
        get_record(self.actor, spec, record_id, "edit")
        file = held.settle(record_id)
        file.added_at = _moment(one.told["added_at"]) or file.added_at
        file.save(force_insert=True)
        emit(
            self.actor,
            act,
            [Fact("file.added", record_id, data={"file": file.pk, "name": file.name, "sha256": file.sha256})],
        )


def _moment(text: Any) -> datetime.datetime | None:
    try:
        at = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None and at <= clock.now() else None
