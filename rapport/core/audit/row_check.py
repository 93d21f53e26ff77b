"""Compares every record with what its history says it is: each field with the last value that an event gave it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.audit.chain_check import erased_records
from rapport.core.audit.findings import CHUNK, Problem, Progress, lasting
from rapport.core.events.models import Change
from rapport.core.fields import ChildField, Field
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record


@dataclass
class _Told:
    """What the history says of one record: the values, whether it is live, and whether it was ever made."""

    values: dict[str, Any] = field(default_factory=dict)
    live: bool = True
    made: bool = False
    unsealed: bool = False


def check_rows(progress: Progress) -> Iterator[Problem]:
    """What differs, in the order of the records. Columns that follow from others are not compared."""
    last, seen, total = 0, 0, Record.objects.count()
    while chunk := list(Record.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "kind")[:CHUNK]):
        by_kind: dict[str, list[int]] = defaultdict(list)
        for pk, kind in chunk:
            by_kind[kind].append(pk)
        for kind, ids in by_kind.items():
            spec = registry.find(kind, archived=True)
            if spec is None:
                yield Problem(_("Record %(id)s is of an unknown kind.") % {"id": ids[0]}, record=ids[0])
            else:
                yield from lasting(partial(_differences, spec), ids)
        last, seen = chunk[-1][0], seen + len(chunk)
        progress("records", seen, total)
    for spec in registry.with_archived():
        lost = spec.model._default_manager.exclude(pk__in=Record.objects.values("pk")).first()
        if lost is not None:
            yield Problem(_("Row %(id)s has no record.") % {"id": lost.pk}, record=lost.pk)


def _differences(spec: ObjectSpec, ids: Sequence[int]) -> Iterator[Problem]:
    trashed = dict(Record.objects.filter(pk__in=ids).values_list("pk", "trashed_at"))
    rows = {row.pk: row for row in spec.model._default_manager.filter(pk__in=ids)}
    children = {one.key: one.load_many(ids) for one in spec.all_fields if isinstance(one, ChildField)}
    told = _history(spec, ids)
    missing = [pk for pk in ids if pk not in rows]
    erased = erased_records(missing) if missing else set()
    for pk in ids:
        row, says = rows.get(pk), told.get(pk) or _Told()
        if row is None:
            if pk not in erased:
                yield Problem(
                    _("Record %(id)s (%(kind)s) is gone, and no event says why.") % _named(spec, pk), record=pk
                )
        elif not says.made:
            yield Problem(_("Record %(id)s (%(kind)s) is there, but no event made it.") % _named(spec, pk), record=pk)
        elif row.live != says.live or row.live != (trashed.get(pk) is None):
            sentence = _("Record %(id)s (%(kind)s) went to the trash or came back without an event.")
            yield Problem(sentence % _named(spec, pk), record=pk, field="live")
        else:
            values = {key: stored.get(pk) for key, stored in children.items()}
            yield from _fields(spec, row, says.values, values)


def _fields(spec: ObjectSpec, row: Any, says: Mapping[str, Any], children: Mapping[str, Any]) -> Iterator[Problem]:
    for one in spec.all_fields:
        if one.read_only:
            continue
        expected, value = says.get(one.key), children[one.key] if one.key in children else one.get(row)
        if expected is None and one.is_empty(value):
            continue
        actual = one.to_json(value)
        if _same(one, expected, actual) or _same(one, _without_erased(one, expected), actual):
            continue
        told = {**_named(spec, row.pk), "field": one.key}
        yield Problem(
            _("Record %(id)s (%(kind)s): “%(field)s” is not what the history says.") % told,
            record=row.pk,
            field=one.key,
        )


def _history(spec: ObjectSpec, ids: Sequence[int]) -> dict[int, _Told]:
    rows = Change.objects.filter(record_id__in=ids).values_list(
        "record_id", "event__seal_no", "event_id", "event__kind", "fields"
    )
    told: dict[int, _Told] = defaultdict(_Told)
    # Changes of one record never overlap, so the order of the seal is theirs; what waits for it comes last.
    for record_id, _number, _event, kind, fields in sorted(rows, key=lambda row: (row[1] is None, row[1] or 0, row[2])):
        mine = told[record_id]
        mine.made = mine.made or kind == f"{spec.key}.created"
        for key, (_before, after) in fields.items():
            if key == "live":
                mine.live = bool(after)
            else:
                mine.values[key] = after
    return told


def _same(one: Field, expected: Any, actual: Any) -> bool:
    if expected == actual:
        return True
    try:
        if one.is_empty(one.from_json(expected)) and one.is_empty(one.from_json(actual)):
            return True
    except (ValueError, TypeError, KeyError, AttributeError):
        return False  # not even a value of this field
    both = isinstance(expected, list) and isinstance(actual, list)
    # Words have no order of their own: databases sort them each in its way.
    return both and all(isinstance(item, str) for item in (*expected, *actual)) and sorted(expected) == sorted(actual)


def _without_erased(one: Field, expected: Any) -> Any:
    """The value without what led to records that were erased: that leads nowhere now, and nowhere else either."""
    if isinstance(expected, list):
        return [item for item in expected if not _leads_to_erased(one, [item])]
    return None if _leads_to_erased(one, expected) else expected


def _leads_to_erased(one: Field, value: Any) -> bool:
    try:
        targets = {pk for table, pk in one.targets(one.from_json(value)) if table == "record"}
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return bool(targets and erased_records(targets))


def _named(spec: ObjectSpec, pk: int) -> dict[str, Any]:
    return {"id": pk, "kind": spec.key}
