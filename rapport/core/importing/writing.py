"""A chunk of rows into the tables, through the save path: which are new, which change something, which do not."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among, visible_to
from rapport.core.errors import Refused
from rapport.core.events.models import Act
from rapport.core.fields import ChildField, Choice, Field
from rapport.core.importing import external, linking
from rapport.core.importing.options import BOTH, CREATE, UPDATE
from rapport.core.importing.reading import CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED, Line, merged
from rapport.core.importing.targets import EXTERNAL_ID, RECORD_ID
from rapport.core.objects import saving
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.aliases import currents
from rapport.core.records.among import among
from rapport.core.records.locking import locked
from rapport.lib.text import fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


class Writer:
    """Writes lines as ``actor`` under ``act``; ``match`` is the field by which records are found, "" for none.

    ``mode`` says whether lines may create, update or both; ``source`` whose numbers the file carries.
    """

    def __init__(
        self, actor: Actor, spec: "ObjectSpec", match: str, saver: Saver, act: Act, mode: str = BOTH, source: str = ""
    ) -> None:
        self.actor, self.spec, self.match, self.saver, self.act = actor, spec, match, saver, act
        self.mode, self.source = mode, source

    def write(self, lines: Sequence[Line]) -> None:
        """Brings every line to its end. What the same record is told by a later line comes after the earlier one."""
        pending = [line for line in lines if not line.outcome]
        while pending:
            pending = self._pass(pending)

    def _pass(self, pending: Sequence[Line]) -> list[Line]:
        """Writes the first line about each record; returns the others."""
        first, later = _first_of_each(pending, lambda line: ("by", line.by) if line.by else ("title", fold(line.title)))
        records = self._find(first)
        self._keep_to_mode(first)
        now, more = _first_of_each([line for line in first if not line.outcome], lambda line: line.record_id)
        self._find_twins([line for line in now if line.record_id is None and not line.by], records)
        now = [line for line in now if not line.outcome]
        self._attempt(lambda: linking.resolve(self.actor, self.spec, now, records, self.act), now)
        now = [line for line in now if not line.outcome]
        self._update([line for line in now if line.record_id is not None], records)
        self._create([line for line in now if line.record_id is None])
        return sorted(later + more, key=lambda line: line.number)

    # ------------------------------------------------------------ finding
    def _find(self, lines: Sequence[Line]) -> dict[int, Any]:
        """Gives each line the record it is about, if there is one; returns these records by id."""
        wanted = {line.by for line in lines if line.by}
        if not wanted:
            return {}
        found = self._ids(wanted)
        ids = {pk for some in found.values() for pk in some}
        # Locked, because lists are added to: what somebody else adds in this moment must not get lost.
        rows = locked(seen_among(self.actor, self.spec, ids, "edit"))
        records = {record.pk: record for record in rows}
        # What cannot be seen is not there: else a file of guesses would tell which names and numbers exist.
        seen = set(records)
        if len(seen) < len(ids):
            seen |= set(visible_to(self.actor, self.spec).filter(among("pk", ids)).values_list("pk", flat=True))
        for line in lines:
            ids_of_line = [pk for pk in found.get(line.by, []) if pk in seen] if line.by else []
            if self.match == EXTERNAL_ID and line.by in found and not ids_of_line:
                line.by = ""  # the number stays with what cannot be seen; so look for a twin, not to double each time
            mine = [pk for pk in ids_of_line if pk in records]
            if len(mine) == 1:
                line.record_id = mine[0]
            elif mine:
                line.end(FAILED, _("%(count)s records have “%(value)s”. Choose another field to find records by.")
                         % {"count": len(mine), "value": line.shown})  # fmt: skip
            elif ids_of_line:
                line.end(FAILED, _("“%(value)s” belongs to a record that you may not change.") % {"value": line.shown})
        return records

    def _keep_to_mode(self, lines: Sequence[Line]) -> None:
        """Skips lines that would create where only updates are wanted, and the other way round."""
        for line in lines:
            if line.outcome or self.mode == BOTH:
                continue
            if self.mode == CREATE and line.record_id is not None:
                line.end(SKIPPED, _("The record is there already."), line.record_id)
            elif self.mode == UPDATE and line.record_id is None:
                line.end(SKIPPED, _("There is no record to update."))

    def _ids(self, wanted: Collection[str]) -> dict[str, list[int]]:
        if self.match == EXTERNAL_ID:
            return external.find(self.spec.key, self.source, wanted)
        if self.match != RECORD_ID:
            return self.saver.match(self.match, wanted)
        given = [int(text) for text in wanted]
        moved = currents(given)
        numbers = {pk: moved.get(pk, pk) for pk in given}
        rows = self.spec.model._default_manager.filter(among("pk", set(numbers.values())), live=True)
        there = set(rows.values_list("pk", flat=True))
        return {str(pk): [number] for pk, number in numbers.items() if number in there}

    def _find_twins(self, lines: Sequence[Line], records: dict[int, Any]) -> None:
        """Lines that nothing can find a record by: a record of that name which holds all they say is the same one."""
        by_title: dict[str, list[Any]] = {}
        titles = {fold(line.title) for line in lines if line.title}
        if not titles:
            return
        for record in (
            visible_to(self.actor, self.spec, "edit").filter(among("title_key", titles)).order_by("pk")[:2000]
        ):
            by_title.setdefault(record.title_key, []).append(record)
        pairs = [(line, record) for line in lines for record in by_title.get(fold(line.title), ())]
        stored = self._stored(pairs)
        links = linking.titles_of(
            self.spec, [record for _line, record in pairs], {key for line in lines for key in line.links}
        )
        for line, record in pairs:
            same = not line.outcome and not self._changes(line, record, stored)
            if same and all(
                links.get((key, record.pk)) == fold(link.title) for key, link in line.links.items() if link.title
            ):
                line.end(UNCHANGED, _("The same record is there already."), record.pk)

    # ------------------------------------------------------------ writing
    def _update(self, lines: Sequence[Line], records: dict[int, Any]) -> None:
        pairs = [(line, records[line.record_id]) for line in lines if line.record_id]
        stored = self._stored(pairs)
        rows: dict[int, tuple[Line, dict[str, Any]]] = {}
        for line, record in pairs:
            if changes := self._changes(line, record, stored):
                rows[record.pk] = (line, changes)
            else:
                line.end(UNCHANGED)

        def save(some: Sequence[int]) -> None:
            wanted = [(pk, None, rows[pk][1]) for pk in some]
            for draft in saving.update_many(self.actor, self.spec, wanted, act=self.act, cleaned=True):
                line = rows[draft.instance.pk][0]
                ended(line, draft, UPDATED if draft.values else UNCHANGED)

        self._in_batches(list(rows), save, lambda pk: rows[pk][0])

    def _create(self, lines: Sequence[Line]) -> None:
        self._in_batches(list(lines), self._save_new, lambda line: line)

    def _save_new(self, lines: Sequence[Line]) -> None:
        given = [line.values for line in lines]
        drafts = saving.create_many(self.actor, self.spec, given, act=self.act, cleaned=True)
        for line, draft in zip(lines, drafts, strict=True):
            ended(line, draft, CREATED)

    def _in_batches(
        self, items: list[Any], save: Callable[[Sequence[Any]], None], line_of: Callable[[Any], Line]
    ) -> None:
        """All at once; what is refused is tried again in halves, so that each row is refused for its own reason."""
        waiting = [items] if items else []
        while waiting:
            part = waiting.pop()
            lines = [line_of(item) for item in part]
            for line in lines:
                line.outcome = ""
            alone = lines if len(part) == 1 else ()
            if not self._attempt(lambda part=part: save(part), alone) and len(part) > 1:  # type: ignore[misc]
                waiting += [part[len(part) // 2 :], part[: len(part) // 2]]

    def _attempt(self, work: Callable[[], None], lines: Sequence[Line] = ()) -> bool:
        """Does the work in a savepoint. If it is refused nothing of it stays, and the lines fail with the reason."""
        before = dict(self.act.counts)
        try:
            with transaction.atomic():
                work()
        except Refused as refused:
            reason = refused.message
        except (IntegrityError, DataError):
            reason = _("The database did not take this row. Look for unusual characters or very large numbers.")
        else:
            return True
        self.act.counts.clear()
        self.act.counts.update(before)
        for line in lines:
            line.end(FAILED, reason)
        return False

    # ------------------------------------------------------------ comparing
    def _stored(self, pairs: Sequence[tuple[Line, Any]]) -> dict[tuple[str, int], Any]:
        """The stored values of fields that are rows of their own, by field and record: one query a field."""
        stored: dict[tuple[str, int], Any] = {}
        for key in dict.fromkeys(key for line, _record in pairs for key in line.values):
            field = self.spec.by_key[key]
            if isinstance(field, ChildField):
                found = field.load_many([record.pk for _line, record in pairs])
                stored.update({(key, record.pk): found.get(record.pk, field.nothing()) for _line, record in pairs})
        return stored

    def _changes(self, line: Line, record: Any, stored: dict[tuple[str, int], Any]) -> dict[str, Any]:
        """The values of a line that differ from what the record holds. Finding by a value never changes it."""
        changes: dict[str, Any] = {}
        for key, new in line.values.items():
            field: Field = self.spec.by_key[key]
            if key == self.match and line.by:
                continue
            old = stored[key, record.pk] if isinstance(field, ChildField) else field.get(record)
            value = merged(field, old, new)
            if isinstance(field, ChildField):
                value = field.clean(value, self.saver.locale)  # lists have an order of their own
            if field.to_json(value) != field.to_json(old) and value != _shown(field, record):
                changes[key] = value
        return changes


def _shown(field: Field, record: Any) -> Any:
    """A choice as lists show it: one that is derived is not set by hand because an exported file comes back."""
    return field.load([getattr(record, field.path)]) if isinstance(field, Choice) and not field.custom else None


def ended(line: Line, draft: Draft, outcome: str) -> None:
    """Says what became of a line: what its draft did, or why it could not be stored."""
    if draft.errors:
        line.end(FAILED, " ".join(dict.fromkeys(text for texts in draft.errors.values() for text in texts)))
    else:
        line.end(outcome, record_id=draft.instance.pk)


def _first_of_each(lines: Sequence[Line], about: Callable[[Line], Any]) -> tuple[list[Line], list[Line]]:
    """The first line about each thing, and all others; lines about nothing in particular are all first."""
    first: list[Line] = []
    later: list[Line] = []
    seen: set[Any] = set()
    for line in lines:
        thing = about(line)
        if thing is not None and thing != ("title", "") and thing in seen:
            later.append(line)
        else:
            seen.add(thing)
            first.append(line)
    return first, later
