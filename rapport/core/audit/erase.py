"""Erasing a record for good: its values go everywhere, the chain of events stays whole.

What an event held (data, salt, changes) is blanked; its digest stays, so the chain still verifies, and without the
salt nobody can find out the content by trying. The number of the record stays as a tombstone without a title. Notes
and calls that are about nobody else go with it. The act of erasing is itself an event.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import SET_NULL, F, ManyToOneRel, Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.audit import rewriting, written
from rapport.core.audit.rights import demand_erase
from rapport.core.errors import NotFound
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import wipes
from rapport.core.records.aliases import current, losers_of
from rapport.core.records.among import among
from rapport.core.records.models import Record, RecordModel
from rapport.lib import clock, faults


@dataclass(frozen=True)
class Erased:
    """What an erasure did: the records that went, and those that tell of it but also of others, and so stay."""

    ids: tuple[int, ...]
    left: tuple[int, ...]


def erase(actor: Actor, record_id: int) -> Erased:
    """Erases a record, live or in the trash, with all that is known of it. Cannot be undone.

    Emits ``<kind>.erased`` for each record that went. NotFound if there is none, or it was erased before.
    """
    demand_erase(actor)
    with transaction.atomic():
        record = Record.objects.select_for_update().filter(pk=record_id).first()
        spec = registry.find(record.kind, archived=True) if record else None
        if record is None or spec is None or not spec.model._default_manager.filter(pk=record_id).exists():
            raise NotFound(_("There is no record %(id)s, or it has been erased.") % {"id": record_id})
        ids, left = _with_what_tells_of_it(spec, record_id)
        ids += sorted({*_merged(record_id)} - {*ids})
        erase_all(actor, ids, act_kind=f"{spec.key}.erase")
    return Erased(tuple(ids), tuple(left))


def erase_all(actor: Actor, ids: Sequence[int], *, act_kind: str, people: bool = True) -> None:
    """Erases exactly these records, in one transaction. Not ``people``: made-up ones, whose bytes may lie about."""
    with acting(actor, act_kind) as act:
        kinds = dict(Record.objects.filter(pk__in=ids).values_list("pk", "kind"))
        if people:
            written.write_down(ids, kinds)
            rewriting.ask(actor)
        _wipe(ids, kinds, people=people)
        faults.point("erase.wiped")
        emit(actor, act, [Fact(f"{kinds[pk]}.erased", pk) for pk in ids])


def erase_again(actor: Actor) -> list[int]:
    """Erases once more what a restored backup has brought back; returns the ids."""
    ids = written.brought_back()
    if ids:
        erase_all(actor, ids, act_kind="restore.erase")
    return ids


def _with_what_tells_of_it(spec: ObjectSpec, record_id: int) -> tuple[list[int], list[int]]:
    """The record and what is about it alone; then what is about others, too. A person's company is no other.

    What is about something that goes goes as well: the note about a lead of the person.
    """
    near = {record_id, *_targets(spec, spec.model._default_manager.get(pk=record_id))}
    ids, telling, fresh = [record_id], dict[int, set[int]](), [record_id]
    while fresh:
        telling |= {pk: targets for pk, targets in _telling_of(fresh).items() if pk not in near}
        fresh = sorted(pk for pk, targets in telling.items() if not targets - near)
        ids += fresh
        near |= {*fresh}
        telling = {pk: targets for pk, targets in telling.items() if pk not in near}
    return ids, sorted(telling)


def _telling_of(ids: Sequence[int]) -> dict[int, set[int]]:
    """What is about any of these records, with all that it is about. One query for each that has something."""
    linked = EventLink.objects.filter(among("record_id", ids)).exclude(event__subject_id=F("record_id"))
    candidates: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pk, subject, kind in linked.values_list("record_id", "event__subject_id", "event__subject__kind").distinct():
        if kind:
            candidates[pk, kind].add(subject)
    found: dict[int, set[int]] = {}
    for (pk, kind), subjects in candidates.items():
        about = registry.find(kind, archived=True)
        goes_with = about and (about.goes_with or about.beside)
        if about and goes_with:
            mine = about.model._default_manager.filter(pk__in=goes_with(subjects, pk))
            found |= {one.pk: _targets(about, one) for one in mine}
    return found


def _merged(record_id: int) -> list[int]:
    """The records that were merged into this one, or that it was merged into: they tell of the same."""
    winner = current(record_id)
    return [winner, *losers_of(winner)]


def _targets(spec: ObjectSpec, instance: RecordModel) -> set[int]:
    """The records that any field of this one leads to."""
    pairs = [pair for one in (*spec.all_fields, *spec.retired.values()) for pair in one.targets(one.get(instance))]
    return {pk for table, pk in pairs if table == "record"}


def _wipe(ids: Sequence[int], kinds: dict[int, str], *, people: bool) -> None:
    subjects = EventLink.objects.filter(record_id__in=ids, event__subject_id__in=ids).values("event_id")
    changed = Change.objects.filter(record_id__in=ids).values("event_id")
    events = list(Event.objects.filter(Q(pk__in=subjects) | Q(pk__in=changed)).values_list("pk", "act_id"))
    Event.objects.filter(pk__in=[pk for pk, _act in events]).update(data={}, salt=b"")
    Change.objects.filter(record_id__in=ids).delete()
    for act_id in {act for _pk, act in events}:
        # Labels name what an act was about; that of an import or a bulk edit is about many.
        if not Event.objects.filter(act_id=act_id).exclude(subject_id__in=ids).exists():
            Act.objects.filter(pk=act_id).update(label="")
    wipes.wipe_all(ids, people=people)
    _detach(ids)
    for kind in sorted(set(kinds.values())):
        spec = registry.find(kind, archived=True)
        if spec is not None:
            spec.model._default_manager.filter(pk__in=[pk for pk in ids if kinds[pk] == kind]).delete()
    Record.objects.filter(pk__in=ids).update(title="", trashed_at=clock.now())


def _detach(ids: Sequence[int]) -> None:
    """Removes every row of any table that hangs on these records: identities, tags, search. The history stays."""
    relations = [one for one in Record._meta.get_fields(include_hidden=True) if isinstance(one, ManyToOneRel)]
    for relation in relations:
        model: Any = relation.related_model
        if model in (Event, EventLink, Change) or issubclass(model, RecordModel):
            continue
        rows = model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.on_delete is SET_NULL:
            rows.update(**{relation.field.name: None})
        else:
            rows.delete()
