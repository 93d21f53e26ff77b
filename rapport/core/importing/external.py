"""The numbers that another system gave its records: finding ours by them, and noting them for the next time."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.core.fields import Link
from rapport.core.importing.models import ExternalId
from rapport.core.importing.reading import CREATED, FAILED, UNCHANGED, UPDATED, Line

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

USUAL_SOURCE = "import"  # of files whose importer named no system


def find(kind: str, source: str, wanted: Collection[str]) -> dict[str, list[int]]:
    """Ids of live records by their number in the system ``source``; one query, no rights."""
    rows = ExternalId.objects.filter(kind=kind, source=source, value__in=wanted, record__trashed_at=None)
    return {value: [record_id] for value, record_id in rows.values_list("value", "record_id")}


def link(spec: "ObjectSpec", source: str, lines: Sequence[Line]) -> None:
    """Turns numbers of another system in links into numbers of ours. A row that has nothing else to link by fails."""
    for key in dict.fromkeys(key for line in lines for key in line.links):
        known = spec.by_key[key]
        mine = [line for line in lines if key in line.links and line.links[key].external and not line.outcome]
        if not mine or not isinstance(known, Link):
            continue
        found = find(known.to, source, {line.links[key].external for line in mine})
        for line in mine:
            _settle(line, key, str(known.label), found)


def _settle(line: Line, key: str, label: str, found: Mapping[str, Sequence[int]]) -> None:
    said = line.links[key]
    ids = found.get(said.external, ())
    if ids:
        said.number, said.title = ids[0], ""
    elif not said.title and said.number is None:
        values = {"label": label, "value": said.external[:60]}
        line.end(FAILED, _("%(label)s: the other system's number “%(value)s” is not known here.") % values)


def remember(kind: str, source: str, lines: Sequence[Line]) -> None:
    """Notes the numbers of records that lines created, changed or found. One that was trashed loses its number."""
    told = {line.external: line.record_id for line in lines
            if line.external and line.record_id and line.outcome in (CREATED, UPDATED, UNCHANGED)}  # fmt: skip
    ExternalId.objects.bulk_create(
        [ExternalId(kind=kind, source=source, value=value, record_id=pk) for value, pk in told.items()],
        update_conflicts=True, unique_fields=["kind", "source", "value"], update_fields=["record"],
    )  # fmt: skip
