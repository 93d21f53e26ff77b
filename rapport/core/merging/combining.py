"""Which values one record has that is made of several: chosen, the first there is, or all of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, writable_fields
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.fields import ChildField, Field, FileField, Locale
from rapport.core.files import incoming, storing
from rapport.core.files.models import File
from rapport.core.objects.spec import ObjectSpec

_CHUNK = 1 << 20  # bytes of a file that are copied at once


@dataclass(frozen=True)
class Combined:
    """The ``values`` of the record that stays, and by field whose value it ``takes``; lists are of all."""

    values: dict[str, Any]
    takes: dict[str, int]


def is_united(field: Field) -> bool:
    """Whether a field holds several values, so that those of all records are kept."""
    return isinstance(field.empty, list)


def values_of(spec: ObjectSpec, instances: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """All values of some records, read-only ones left out. One query for each field with rows of its own."""
    found: dict[int, dict[str, Any]] = {instance.pk: {} for instance in instances}
    for field in spec.all_fields:
        if field.read_only:
            continue
        stored = field.load_many(list(found)) if isinstance(field, ChildField) else None
        for instance in instances:
            value = field.get(instance) if stored is None else stored.get(instance.pk, field.empty)
            found[instance.pk][field.key] = (
                value if isinstance(field, FileField) else field.from_json(field.to_json(value))
            )
    return found


def combine(actor: Actor, spec: ObjectSpec, given: dict[int, dict[str, Any]], picks: Mapping[str, int]) -> Combined:
    """The values of the record that some become, of which these are ``given``; the first of them stays.

    ``picks`` says whose value of a field is taken; NotAllowed for a field that the actor may not write. Else it is the
    one of the record that stays, or the first there is. Fields the actor may not see go by the same rule: nothing of
    them is lost, and nothing is shown.
    """
    _check(actor, spec, given, picks)
    winner = next(iter(given))
    moves = dict.fromkeys(given, winner)
    values: dict[str, Any] = {}
    takes: dict[str, int] = {}
    for field in spec.all_fields:
        if field.read_only:
            continue
        everyone = {pk: field.redirected(own[field.key], moves) for pk, own in given.items()}
        if is_united(field):
            values[field.key] = _united(field, list(everyone.values()), locale_of(actor))
        else:
            takes[field.key] = picks.get(field.key) or _first(field, everyone)
            values[field.key] = everyone[takes[field.key]]
        if winner in {pk for table, pk in field.targets(values[field.key]) if table == "record"}:
            values[field.key] = _without(field, values[field.key], winner)
    spec.saver(spec, actor, locale_of(actor)).unite(values, given, takes)
    return Combined(values, takes)


def copied(actor: Actor, spec: ObjectSpec, combined: Combined, winner: int) -> dict[str, Any]:
    """The values with a copy of each file that another record gives: it keeps its own, for the day it is undone."""
    values = dict(combined.values)
    for key, pk in combined.takes.items():
        if isinstance(spec.by_key[key], FileField):
            if pk != winner and values[key] is not None:
                values[key] = _copy(actor, values[key].id)
            elif pk == winner:
                del values[key]  # it stays where it is
    return values


def _check(actor: Actor, spec: ObjectSpec, given: Mapping[int, Any], picks: Mapping[str, int]) -> None:
    writable = writable_fields(actor, spec)
    for key, pk in picks.items():
        if key not in writable:
            raise NotAllowed(_("“%(key)s” cannot be changed here, or not by you.") % {"key": key})
        if pk not in given:
            raise NotFound(_("There is no record %(id)s among those to be merged.") % {"id": pk})


def _first(field: Field, everyone: Mapping[int, Any]) -> int:
    return next((pk for pk, value in everyone.items() if not field.is_empty(value)), next(iter(everyone)))


def _united(field: Field, lists: Sequence[Sequence[Any]], locale: Locale) -> Any:
    found: list[Any] = []
    for items in lists:
        found += [item for item in items if item not in found]
    try:
        return field.clean(found, locale)
    except ValueError as error:
        raise Invalid({field.key: [f"{field.label}: {error}"]}) from error


def _without(field: Field, value: Any, record_id: int) -> Any:
    """A value that would lead from the record to itself leads nowhere."""
    if not is_united(field):
        return None
    return [item for item in value if ("record", record_id) not in field.targets([item])]


def _copy(actor: Actor, file_id: int) -> incoming.Incoming:
    file = File.objects.get(pk=file_id)
    with storing.path_of(file.stored_name).open("rb") as source:
        return incoming.take_in(actor, file.name, iter(lambda: source.read(_CHUNK), b""), size=file.size)
