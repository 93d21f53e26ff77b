"""From the lines of an archive to values of this workspace, cleaned as every value is; and into the tables."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, writable_fields
from rapport.core.access.visible import seen_among
from rapport.core.archives.guide import Guide
from rapport.core.events.models import Act
from rapport.core.fields import ChildField, Email, Field, FileField, Link, Moment, Phone
from rapport.core.importing import external
from rapport.core.importing.cells import list_of
from rapport.core.importing.reading import CREATED, FAILED, Line
from rapport.core.importing.targets import EXTERNAL_ID
from rapport.core.importing.writing import Writer, ended
from rapport.core.objects import registry, saving
from rapport.core.records.among import among
from rapport.core.records.models import Record

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
Numbered = tuple[int, bytes]


@dataclass(slots=True)
class Carried(Line):
    """A line of an archive. ``standing`` are values that nobody writes; ``waits``: a link leads to what is not here
    yet.
    """

    standing: dict[str, Any] = field(default_factory=dict)
    waits: bool = False


class Carrier:
    """Brings the lines of one kind in. ``again``: a second time, for the links that led to what came later."""

    def __init__(self, actor: Actor, spec: "ObjectSpec", guide: Guide, *, again: bool = False) -> None:
        self.actor, self.spec, self.guide, self.again = actor, spec, guide, again
        self.saver = spec.saver(spec, actor, locale_of(actor))
        self.fields = [
            one for one in writable_fields(actor, spec).values()
            if not isinstance(one, FileField) and not (isinstance(one, Email | Phone) and list_of(spec, one))
        ]  # fmt: skip
        self.leading = [one for one in self.fields if type(one).carried is not Field.carried]
        self.standing = [one for one in spec.all_fields if one.read_only and isinstance(one, Moment) and not one.custom]
        self.without_owner = self.without_team = 0

    def bring(self, numbered: Sequence[Numbered], act: Act) -> list[Carried]:
        """Writes lines under an open act; each comes back with what became of it."""
        read = [self._parsed(number, text) for number, text in numbered]
        self._learn([told for _line, told in read if told is not None])
        for line, told in read:
            if told is not None:
                self._fill(line, told)
        lines = [line for line, _told in read if line.values or line.outcome]
        _Bringer(self.actor, self.spec, self.saver, act, self.guide).write(lines)
        theirs = [line for line in lines if not (self.guide.is_ours and str(line.record_id) == line.external)]
        external.remember(self.actor, self.spec, self.guide.source, theirs)
        return lines

    def _parsed(self, number: int, text: bytes) -> tuple[Carried, dict[str, Any] | None]:
        line = Carried(number)
        try:
            told = orjson.loads(text)
            line.external = line.by = str(_number(told["id"]))
        except _UNREADABLE:
            line.end(FAILED, _("This line is no record."))
            return line, None
        line.shown = line.by
        return line, told

    def _learn(self, told: Sequence[dict[str, Any]]) -> None:
        """Looks up all records that lines are or name, at once."""
        ids = {one["id"] for one in told}

        def note(table: str, number: int) -> None:
            if table == "record":
                ids.add(_number(number))

        for one in told:
            for known in self.leading:
                try:
                    known.carried(one.get(known.key), note)
                except _UNREADABLE:
                    continue  # told below
        self.guide.learn(ids)

    def _fill(self, line: Carried, told: dict[str, Any]) -> None:
        is_here = self.guide.here("record", told["id"]) is not None
        fields = self.leading if self.again and is_here else self.fields
        for known in fields:
            if known.key in told:
                self._take(line, known, told[known.key], is_here=is_here)
        if not is_here:
            self._stand(line, told)

    def _stand(self, line: Carried, told: dict[str, Any]) -> None:
        for known in self.standing:
            if told.get(known.key):
                with suppress(*_UNREADABLE):  # then it stands here since now
                    line.standing[known.key] = known.clean(told[known.key], self.saver.locale)

    def _take(self, line: Carried, known: Field, said: Any, *, is_here: bool) -> None:
        self.guide.missed.clear()
        try:
            value = known.clean(None if said is None else known.carried(said, self.guide.here), self.saver.locale)
        except _UNREADABLE as error:
            problem = error if isinstance(error, ValueError) else _("the value cannot be read.")
            line.notes = [*(line.notes or ()), _("%(label)s: %(problem)s") % {"label": known.label, "problem": problem}]
            return
        missed = {table for table, _pk in self.guide.missed}
        line.waits = line.waits or "record" in missed
        if is_here and missed and not (self.again and isinstance(known, ChildField)):
            return  # rather what is there than nothing
        if "user" in missed and known.key == "owner":
            value, self.without_owner = self.actor.user_id, self.without_owner + 1
        if "team" in missed and not is_here:
            self.without_team += 1
        line.values[known.key] = value


class _Bringer(Writer):
    """Finds records by their id in the house they come from, and makes them what the archive says."""

    def __init__(self, actor: Actor, spec: "ObjectSpec", saver: Any, act: Act, guide: Guide) -> None:
        super().__init__(actor, spec, EXTERNAL_ID, saver, act, source=guide.source)
        self.guide = guide

    def _ids(self, wanted: Collection[str]) -> dict[str, list[int]]:
        found = {text: self.guide.here("record", int(text)) for text in wanted}
        return {text: [pk] for text, pk in found.items() if pk is not None}

    def _save_new(self, lines: Sequence[Any]) -> None:
        drafts = saving.create_many(
            self.actor, self.spec, [line.values for line in lines], act=self.act, cleaned=True,
            standing=[line.standing for line in lines],
        )  # fmt: skip
        for line, draft in zip(lines, drafts, strict=True):
            ended(line, draft, CREATED)

    def _changes(self, line: Line, record: Any, stored: dict[tuple[str, int], Any]) -> dict[str, Any]:
        """What differs: the record becomes what the archive says, nothing is added to what is there."""
        changes = {}
        for key, new in line.values.items():
            known = self.spec.by_key[key]
            old = stored[key, record.pk] if isinstance(known, ChildField) else known.get(record)
            if known.to_json(new) != known.to_json(old) and not self._loses_hidden(known, old, new):
                changes[key] = new
        return changes

    def _loses_hidden(self, known: Field, old: Any, new: Any) -> bool:
        """Whether what the actor does not see would be led to no more: their archives do not name it, so it stays. A
        single link that the archive leads elsewhere goes there.
        """
        if isinstance(known, Link) and new is not None:
            return False
        gone = _records(known, old) - _records(known, new)
        by_kind: dict[str, set[int]] = {}
        for pk, kind in Record.objects.filter(among("pk", gone)).values_list("pk", "kind") if gone else ():
            by_kind.setdefault(kind, set()).add(pk)
        return any(
            (target := registry.find(kind)) is not None and seen_among(self.actor, target, ids).count() < len(ids)
            for kind, ids in by_kind.items()
        )


def _records(known: Field, value: Any) -> set[int]:
    return {pk for table, pk in known.targets(value) if table == "record"}


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**18:
        raise ValueError
    return value
