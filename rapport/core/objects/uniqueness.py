"""Fields of which no two live records have the same value: who has it is told before the database refuses."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import titles_seen
from rapport.core.errors import Pointing
from rapport.core.fields import Field
from rapport.core.objects.saver import Draft
from rapport.core.objects.spec import ObjectSpec


def check_unique(actor: Actor, spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Refuses drafts whose value another live record has, or another draft. One query for each unique field."""
    for field in spec.all_fields:
        if not field.unique:
            continue
        given = [draft for draft in drafts if not draft.errors and not field.is_empty(draft.values.get(field.key))]
        own = {draft.instance.pk for draft in given}
        taken = _holders(spec, field, [field.to_json(draft.values[field.key]) for draft in given], own) if given else {}
        here: set[Any] = set()
        for draft in given:
            new = draft.values[field.key]
            value = field.to_json(new)
            if value in taken:
                draft.refuse(field.key, _taken(actor, spec, field, new, taken[value]))
            elif value in here:
                draft.refuse(field.key, _("“%(value)s” occurs twice.") % {"value": field.to_text(new)})
            here.add(value)


def taken_meanwhile(actor: Actor, spec: ObjectSpec, instances: Sequence[Any]) -> dict[int, str]:
    """Of records that are to leave the trash, those whose value another one has by now, with a sentence each."""
    refused: dict[int, str] = {}
    for field in spec.all_fields:
        if not field.unique:
            continue
        values = {one.pk: field.get(one) for one in instances if not field.is_empty(field.get(one))}
        taken = _holders(spec, field, [field.to_json(value) for value in values.values()], ()) if values else {}
        for pk, value in values.items():
            if field.to_json(value) in taken:
                refused[pk] = _taken(actor, spec, field, value, taken[field.to_json(value)])
    return refused


def _holders(spec: ObjectSpec, field: Field, values: Sequence[Any], besides: Collection[int]) -> Mapping[Any, int]:
    """Which live records have these values."""
    rows = spec.model._default_manager.filter(live=True).filter(field.lookup("in", values)).exclude(pk__in=besides)
    return dict(rows.values_list(field.source(), "pk"))


def _taken(actor: Actor, spec: ObjectSpec, field: Field, value: Any, record_id: int) -> str:
    told = {"label": field.label, "value": field.to_text(value)}
    title = titles_seen(actor, spec, [record_id]).get(record_id)
    if title is None:
        return _("%(label)s “%(value)s” is taken by a record that you may not see.") % told
    sentence = _("%(label)s “%(value)s” is taken by %(title)s already.") % {**told, "title": title}
    return Pointing(sentence, f"/{spec.path}/{record_id}", title)
