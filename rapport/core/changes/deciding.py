"""What taking a run of changes back would do to each record. Undo does it, the preview only counts it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from rapport.accounts.actor import Actor
from rapport.core.access.levels import writable_fields
from rapport.core.access.visible import seen_among, visible_to
from rapport.core.changes.left import Left
from rapport.core.changes.steps import Step, Stretch
from rapport.core.events.models import Act, Change
from rapport.core.fields import ChildField
from rapport.core.objects.spec import ObjectSpec

Known = dict[int, dict[str, Any]]  # values (as JSON) by record and field


def targets(actor: Actor, run: Stretch) -> "QuerySet[Any]":
    """The records of the run that the actor may take back, as they are now."""
    ids = [step.record_id for step in run.steps]
    if run.turn == "restore":
        return visible_to(actor, run.spec, "trash", live=False).filter(pk__in=ids)
    return seen_among(actor, run.spec, ids, "edit" if run.turn == "change" else "trash")


def untouched(act: Act, run: Stretch, left: list[Left]) -> Stretch:
    """Of records that were made, those to which nothing was done since that still stands; the others are ``left``."""
    # What was undone does not count, and an undo only cancels: what matters are the acts that still stand.
    rows = Change.objects.filter(
        record_id__in=[step.record_id for step in run.steps], event_id__gt=run.steps[-1].event_id
    ).exclude(event__act=act)
    acts: dict[int, dict[int, int | None]] = defaultdict(dict)  # by record: each later act, and the one it undoes
    for record_id, later, undoes in rows.values_list("record_id", "event__act_id", "event__act__undoes_id"):
        acts[record_id][later] = undoes
    kept = []
    for step in run.steps:
        later_acts = acts.get(step.record_id, {})
        if any(undoes is None and _stands(one, later_acts) for one, undoes in later_acts.items()):
            left.append(Left(step, "changed"))
        else:
            kept.append(step)
    return Stretch(run.spec, "trash", kept)


def _stands(act_id: int, acts: dict[int, int | None]) -> bool:
    """Whether what an act did to a record still holds: nobody undid it, or that undo was undone in turn."""
    undoing = next((one for one, undoes in acts.items() if undoes == act_id), None)
    return undoing is None or not _stands(undoing, acts)


def former_values(
    actor: Actor, run: Stretch, instances: dict[int, Any], left: list[Left], expected: Known | None = None
) -> dict[int, dict[str, Any]]:
    """For each record the values it gets back: those that are still what the act made of them.

    ``expected`` holds values that a preview has taken back in thought; it is asked before the record and kept up.
    """
    writable = writable_fields(actor, run.spec)
    stored = _children(run, instances)
    found: dict[int, dict[str, Any]] = {}
    for step in run.steps:
        instance = instances.get(step.record_id)
        if instance is None:
            left.append(Left(step, "gone"))
            continue
        now = _now(run, step, instance, stored)
        if expected is not None:
            now |= {key: value for key, value in expected.get(step.record_id, {}).items() if key in now}
        changed = [key for key, value in now.items() if value != step.fields[key][1]]
        back = [key for key in now if key not in changed]
        if changed:
            left.append(Left(step, "fields", tuple(changed)))
        if any(key not in writable for key in back):
            left.append(Left(step, "closed"))
        if values := {key: step.fields[key][0] for key in back if key in writable}:
            found[step.record_id] = {key: run.spec.by_key[key].from_json(value) for key, value in values.items()}
            if expected is not None:
                expected.setdefault(step.record_id, {}).update(values)
    return found


def _children(run: Stretch, instances: Collection[int]) -> dict[str, dict[int, Any]]:
    """Values that are rows of their own, by field and record: one query a field."""
    spec: ObjectSpec = run.spec
    keys = dict.fromkeys(key for step in run.steps for key in step.fields)
    fields = [field for key in keys if isinstance(field := spec.by_key.get(key), ChildField)]
    return {field.key: field.load_many(list(instances)) for field in fields}


def _now(run: Stretch, step: Step, instance: Any, stored: dict[str, dict[int, Any]]) -> dict[str, Any]:
    """What the fields of a change hold now, as JSON; fields that nobody writes are left out."""
    now = {}
    for key in step.fields:
        field = run.spec.by_key.get(key)
        if field is None or field.read_only:
            continue
        value = stored[key].get(instance.pk) if key in stored else field.get(instance)
        now[key] = field.to_json(value)
    return now
