"""What rows bring along: fields of the records they link to, and what they make beside their record.

Both come after the rows themselves were written, in the same transaction and under the same act.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.events.models import Act
from rapport.core.fields import Address, Link
from rapport.core.importing.reading import CREATED, UNCHANGED, UPDATED, Line
from rapport.core.importing.targets import Target
from rapport.core.objects import registry, saving
from rapport.core.records.among import among
from rapport.core.records.locking import locked

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

_WRITTEN = (CREATED, UPDATED, UNCHANGED)


def fill(actor: Actor, spec: "ObjectSpec", lines: Sequence[Line], act: Act) -> None:
    """Fills the empty fields of linked records with what the rows say of them; what they hold already stays.

    Only of records that the actor may change. Where several rows speak of one record the first that says something
    wins.
    """
    for key in dict.fromkeys(key for line in lines for key in line.inner):
        field = spec.by_key[key]
        target = registry.find(field.to) if isinstance(field, Link) else None
        mine = {line.record_id: line for line in lines
                if line.inner.get(key) and line.record_id and line.outcome in _WRITTEN}  # fmt: skip
        if target is None or not mine:
            continue
        rows = spec.model._default_manager.filter(among("pk", mine))
        linked = dict(rows.values_list("pk", f"{key}_id"))
        _fill(actor, target, key, [(line, linked[pk]) for pk, line in mine.items() if linked.get(pk)], act)


def _fill(actor: Actor, target: "ObjectSpec", key: str, pairs: Sequence[tuple[Line, int]], act: Act) -> None:
    there = {record.pk: record
             for record in locked(seen_among(actor, target, {pk for _line, pk in pairs}, "edit"))}  # fmt: skip
    wanted: dict[int, dict[str, Any]] = {}
    first: dict[int, Line] = {}
    for line, pk in pairs:
        if pk in there:
            changes = _missing(target, there[pk], line.inner[key].values)
            wanted[pk] = {**changes, **wanted.get(pk, {})}
            first.setdefault(pk, line)
    rows = [(pk, None, changes) for pk, changes in wanted.items() if changes]
    for draft in saving.update_many(actor, target, rows, act=act, cleaned=True) if rows else ():
        line = first[draft.instance.pk]
        if draft.errors:
            line.end(line.outcome, " ".join(text for texts in draft.errors.values() for text in texts))
        elif line.outcome == UNCHANGED:
            line.end(UPDATED)


def _missing(target: "ObjectSpec", record: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Those of the values for which the record has none yet; of addresses the parts it has not."""
    missing = {}
    for key, value in said.items():
        field = target.by_key[key]
        old = field.get(record)
        if isinstance(field, Address):
            whole = {**value, **{part: text for part, text in (old or {}).items() if text}}
            if whole != (old or {}):
                missing[key] = whole
        elif field.to_json(old) in (None, "", [], {}):
            missing[key] = value
    return missing


def make(actor: Actor, columns: Iterable[Target], lines: Sequence[Line], act: Act) -> None:
    """Makes what the rows bring beside their records, such as notes."""
    for beside in [target.beside for target in columns if target.beside]:
        told = [line for line in lines if line.beside.get(beside.key) and line.record_id and line.outcome in _WRITTEN]
        if told:
            made = beside.make(actor, [(line.record_id or 0, line.beside[beside.key]) for line in told], act)
            _mark(told, made)


def _mark(lines: Sequence[Line], made: Collection[int]) -> None:
    for line in lines:
        if line.outcome == UNCHANGED and line.record_id in made:
            line.end(UPDATED)
