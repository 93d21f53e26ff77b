"""The numbers that another system gave its records: finding ours by them, and noting them for the next time."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.fields import Link
from rapport.core.importing.models import ExternalId
from rapport.core.importing.reading import CREATED, FAILED, UNCHANGED, UPDATED, Line
from rapport.core.objects import registry
from rapport.core.records.among import among
from rapport.core.records.locking import locked
from rapport.core.records.models import Record

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

USUAL_SOURCE = "import"  # of files whose importer named no system


def find(kind: str, source: str, wanted: Collection[str]) -> dict[str, list[int]]:
    """Ids of live records by their number in the system ``source``; one query, no rights."""
    rows = ExternalId.objects.filter(among("value", wanted), kind=kind, source=source, record__trashed_at=None)
    return {value: [record_id] for value, record_id in rows.values_list("value", "record_id")}


def link(actor: Actor, spec: "ObjectSpec", source: str, lines: Sequence[Line]) -> None:
    """Turns numbers of another system in links into numbers of ours. A row that has nothing else to link by fails.

    The number of a record that the actor may not see is as unknown as one that nobody has.
    """
    for key in dict.fromkeys(key for line in lines for key in line.links):
        known = spec.by_key[key]
        target = registry.find(known.to) if isinstance(known, Link) else None
        mine = [line for line in lines if key in line.links and line.links[key].external and not line.outcome]
        if not mine or target is None:
            continue
        found = find(target.key, source, {line.links[key].external for line in mine})
        ids = {pk for some in found.values() for pk in some}
        seen = set(seen_among(actor, target, ids).values_list("pk", flat=True)) if ids else set[int]()
        for line in mine:
            _settle(line, key, str(known.label), [pk for pk in found.get(line.links[key].external, ()) if pk in seen])


def _settle(line: Line, key: str, label: str, ids: Sequence[int]) -> None:
    said = line.links[key]
    if ids:
        said.number, said.title = ids[0], ""
    elif not said.title and said.number is None:
        values = {"label": label, "value": said.external[:60]}
        line.end(FAILED, _("%(label)s: the other system's number “%(value)s” is not known here.") % values)


def remember(actor: Actor, spec: "ObjectSpec", source: str, lines: Sequence[Line]) -> None:
    """Notes the numbers of records that lines created, changed or found. One that was trashed loses its number.

    A live record that the actor may not change keeps its number: else whoever brings a file with that number would
    have what the next import of the other system tells of that record written into one of their own.
    """
    told = {line.external: line.record_id for line in lines
            if line.external and line.record_id and line.outcome in (CREATED, UPDATED, UNCHANGED)}  # fmt: skip
    if not told:
        return
    rows = locked(ExternalId.objects.filter(among("value", told), kind=spec.key, source=source))
    before = dict(rows.values_list("value", "record_id"))
    others = {pk for value, pk in before.items() if pk != told[value]}
    kept = _not_to_be_changed(actor, spec, others) if others else set[int]()
    changed = {value: pk for value, pk in told.items() if value in before and before[value] not in {pk, *kept}}
    ExternalId.objects.bulk_create(
        [ExternalId(kind=spec.key, source=source, value=value, record_id=pk) for value, pk in changed.items()],
        update_conflicts=True, unique_fields=["kind", "source", "value"], update_fields=["record"],
    )  # fmt: skip
    # A number that somebody else notes in this moment is theirs.
    ExternalId.objects.bulk_create(
        [ExternalId(kind=spec.key, source=source, value=value, record_id=pk)
         for value, pk in told.items() if value not in before],
        ignore_conflicts=True,
    )  # fmt: skip


def _not_to_be_changed(actor: Actor, spec: "ObjectSpec", ids: Collection[int]) -> set[int]:
    live = set(Record.objects.filter(among("pk", ids), trashed_at=None).values_list("pk", flat=True))
    return live - set(seen_among(actor, spec, live, "edit").values_list("pk", flat=True))
