"""What leads to records that are merged away is led to the one that stays: as changes of those records, so that the
history tells of it and an undo leads it back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.visible import unindexed, visible_to
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.fields import ChildField, Field
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.aliases import currents
from rapport.core.records.models import Alias, RecordLink
from rapport.lib.wording import grouped

MOST = 20_000  # records that lead to one which is merged away; all are changed in one transaction
COUNTED = 1_000  # of a kind, before a merge
_CHUNK = 500


@dataclass(frozen=True)
class Count:
    """How many records of a kind will lead elsewhere; ``is_more``: there are more than were counted."""

    spec: ObjectSpec
    count: int
    is_more: bool


def redirect(house: Actor, spec: ObjectSpec, moves: Mapping[int, int], act: Act) -> None:
    """Changes every live record that names one of those that go, whoever may see it: ``moves`` says by record into
    which one it is merged. Invalid if they are too many, or if one of several merges leads into another one.
    """
    losers, total = list(moves), 0
    own = {*moves, *moves.values()}
    is_one = len(set(moves.values())) == 1
    for other, fields in _leading(spec):
        rows = unindexed(other).filter(_condition(fields, spec, losers))
        found = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        ids = [pk for pk in found if pk not in own]
        if len(ids) < len(found) and not is_one:
            raise Invalid({"": [_("These lead to each other. Merge them one after the other.")]})
        total += len(ids)
        if total > MOST:
            sentence = _("More than %(most)s records belong to what would be merged away. Keep that one instead.")
            raise Invalid({"": [sentence % {"most": grouped(MOST)}]})
        for start in range(0, len(ids), _CHUNK):
            _change(house, other, fields, ids[start : start + _CHUNK], moves, act)


def count(actor: Actor, spec: ObjectSpec, losers: Sequence[int]) -> list[Count]:
    """How many records will lead elsewhere, as far as the actor sees them and the fields that lead there."""
    found = []
    for other, fields in _leading(spec):
        seen = [field for field in fields if field.key in readable_fields(actor, other)]
        if not seen:
            continue
        rows = visible_to(actor, other).filter(_condition(seen, spec, losers)).exclude(pk__in=losers)
        number = len(rows.order_by().values_list("pk")[: COUNTED + 1])
        if number:
            found.append(Count(other, min(number, COUNTED), number > COUNTED))
    return found


def catch_up(actor: Actor, spec: ObjectSpec, keys: Collection[str]) -> None:
    """Leads links of records of this kind, which were out of sight while others were merged, to those that stayed; as a
    change of its own. ``keys`` are the fields.
    """
    fields = [spec.by_key[key] for key in keys if spec.by_key[key].has_rows]
    leading = RecordLink.objects.filter(field_key__in=[field.key for field in fields])
    lost = list(leading.filter(to_record_id__in=Alias.objects.values("old_id")).values_list("from_record", "to_record"))
    moves = currents({to for _pk, to in lost})
    ids = sorted({pk for pk, to in lost if moves[to] != pk})
    if not ids:
        return
    with acting(actor, "bulk.edit", label=str(spec.plural)) as act:
        for start in range(0, len(ids), _CHUNK):
            _change(Actor.system(via=actor.via), spec, fields, ids[start : start + _CHUNK], moves, act)


def _leading(spec: ObjectSpec) -> list[tuple[ObjectSpec, list[Field]]]:
    """All objects with those of their fields that may name a record of this kind."""
    found = []
    for other in registry.every():
        fields = [
            field for field in other.all_fields if not field.read_only and field.leading_to(spec.key, ()) is not None
        ]
        if fields:
            found.append((other, fields))
    return found


def _condition(fields: Sequence[Field], spec: ObjectSpec, losers: Sequence[int]) -> Q:
    condition = Q()
    for field in fields:
        condition |= field.leading_to(spec.key, losers) or Q(pk__in=())
    return condition


def _change(
    house: Actor, spec: ObjectSpec, fields: Sequence[Field], ids: Sequence[int], moves: Mapping[int, int], act: Act
) -> None:
    instances = {row.pk: row for row in unindexed(spec).filter(pk__in=ids)}
    stored = {field.key: field.load_many(list(instances)) for field in fields if isinstance(field, ChildField)}
    rows: list[tuple[int, int | None, dict[str, Any]]] = []
    for pk, instance in instances.items():
        values = {}
        for field in fields:
            now = field.to_json(stored[field.key].get(pk) if field.key in stored else field.get(instance))
            if (moved := field.redirected(now, moves)) != now:
                values[field.key] = moved
        rows.append((pk, None, values))
    for draft in saving.update_many(house, spec, rows, act=act, cleaned=True):
        if draft.errors:
            raise Invalid(draft.errors)
