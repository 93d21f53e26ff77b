"""Drafts into the tables: rows, titles and child rows, batch by batch, each kind of row in one go."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rapport.core.fields import Field
from rapport.core.objects.saver import Draft, Saver
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import rows
from rapport.core.records.models import TITLE_LIMIT, Record
from rapport.lib import clock
from rapport.lib.text import fold, shorten


def insert(spec: ObjectSpec, saver: Saver, drafts: Sequence[Draft]) -> None:
    """Writes new records: their place on the spine, their rows, their child rows."""
    by_key, make = spec.by_key, rows.blank(Record)
    plain = {key: field.path for key, field in by_key.items() if type(field).set is Field.set and not field.custom}
    for draft, record_id in zip(drafts, rows.reserve(Record, len(drafts)), strict=True):
        instance, record = draft.instance, make()
        record.id, record.kind = record_id, spec.key
        instance.__dict__["record_id"] = record_id
        instance._state.fields_cache["record"] = record
        columns = vars(instance)
        for key, value in draft.values.items():
            if key in plain:  # as the field would do it, which takes twice as long as all the rest
                columns[plain[key]] = value
            else:
                by_key[key].set(instance, value)
        _entitle(saver, draft)
        record.title = instance.title
    rows.insert_instances(Record, [draft.instance.record for draft in drafts])
    rows.insert_instances(spec.model, [draft.instance for draft in drafts])
    _write_children(spec, drafts)


def update(spec: ObjectSpec, saver: Saver, drafts: Sequence[Draft]) -> list[Draft]:
    """Writes what drafts change, where the version is still the one that was read; returns those where it is not."""
    by_key, now = spec.by_key, clock.now()
    batches: dict[frozenset[str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        instance = draft.instance
        columns = {name for key, value in draft.values.items() for name in by_key[key].set(instance, value)}
        columns.update(_entitle(saver, draft))
        instance.version, instance.updated_at = instance.version + 1, now
        batches[frozenset(columns)].append(draft)
    stale: list[Draft] = []
    for names, batch in batches.items():
        stale += _update_batch(spec, tuple(sorted({*names, "version", "updated_at"})), batch)
        if "title" in names:
            titles = [(draft.instance.title, draft.instance.record_id) for draft in batch]
            rows.update(Record, ("title",), titles, where=("id",))
    _write_children(spec, drafts)
    return stale


def _update_batch(spec: ObjectSpec, columns: tuple[str, ...], drafts: Sequence[Draft]) -> list[Draft]:
    made = [
        (*(getattr(draft.instance, name) for name in columns), draft.instance.record_id, draft.instance.version - 1)
        for draft in drafts
    ]
    if rows.update(spec.model, columns, made, where=("record_id", "version")) == len(made):
        return []
    stored = dict(
        spec.model._default_manager.filter(pk__in=[draft.instance.pk for draft in drafts]).values_list("pk", "version")
    )
    return [draft for draft in drafts if stored.get(draft.instance.pk) != draft.instance.version]


def _entitle(saver: Saver, draft: Draft) -> set[str]:
    """Sets what follows from the values, the title among it; returns the columns."""
    instance = draft.instance
    derived = set(saver.derive(draft))
    title = shorten(saver.title(draft), TITLE_LIMIT)
    if title != instance.title or draft.is_new:
        instance.title, instance.title_key = title, fold(title)[:TITLE_LIMIT]
        derived |= {"title", "title_key"}
    elif not instance.title_key and title:
        instance.title_key = fold(title)[:TITLE_LIMIT]
        derived.add("title_key")
    return derived


def _write_children(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    for field in spec.all_fields:
        if field.has_rows:
            pairs: list[tuple[Any, Any, Any]] = [
                (draft.instance, draft.before.get(field.key, field.nothing()), draft.values[field.key])
                for draft in drafts
                if field.key in draft.values and (draft.values[field.key] or draft.before.get(field.key))
            ]
            if pairs:
                field.write_many(pairs)
