"""What activities are about: a note is read, and told of, where it stands."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from rapport.core.fields import ChildField
from rapport.core.objects import registry
from rapport.core.records.models import Record


def is_activity(record: Record) -> bool:
    """Whether those see it who see what it is about."""
    spec = registry.find(record.kind)
    return spec is not None and spec.parents is not None


def places_of(records: Iterable[Record]) -> dict[int, Record]:
    """The record that each of some activities is about, by the id of the activity; others are left out.

    Of several it is the one whose object was registered first: of a person and her company, the person. A query for
    each kind of activity, and one for the records.
    """
    by_kind: dict[str, set[int]] = defaultdict(set)
    for record in records:
        if is_activity(record):
            by_kind[record.kind].add(record.pk)
    about: dict[int, list[int]] = defaultdict(list)
    for kind, ids in by_kind.items():
        for activity, targets in _targets(kind, ids):
            about[activity] += targets
    if not about:
        return {}
    order = {spec.key: number for number, spec in enumerate(registry.every())}
    wanted = {pk for targets in about.values() for pk in targets}
    found = {record.pk: record for record in Record.objects.filter(pk__in=wanted) if record.kind in order}
    places = {}
    for activity, targets in about.items():
        if there := [found[pk] for pk in targets if pk in found]:
            places[activity] = min(there, key=lambda record: (order[record.kind], record.pk))
    return places


def _targets(kind: str, ids: Collection[int]) -> Iterable[tuple[int, list[int]]]:
    spec = registry.get(kind)
    for field in spec.fields:
        if isinstance(field, ChildField):
            for activity, value in field.load_many(sorted(ids)).items():
                if targets := [pk for table, pk in field.targets(value) if table == "record"]:
                    yield activity, targets
