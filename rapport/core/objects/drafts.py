"""Drafts: records on their way to the table, from what was given to values that may be stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import writable_fields
from rapport.core.access.visible import seen_among
from rapport.core.access.words import field_target
from rapport.core.errors import NotAllowed
from rapport.core.fields import ChildField, Field, Link, Locale
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.lib import clock
from rapport.lib.wording import inside

Values = Mapping[str, Any]


def new_many(
    actor: Actor,
    spec: ObjectSpec,
    given: Sequence[Values],
    locale: Locale,
    *,
    cleaned: bool,
    kept: Values | None = None,
) -> list[Draft]:
    """Drafts of new records, with the defaults. ``cleaned`` values are what the fields' ``clean`` returned before,
    ``kept`` ones come from another record.
    """
    now = clock.now()
    make = rows.blank(spec.model)
    defaults = {field.key: field.default for field in spec.all_fields if field.default is not None}
    defaults |= {"owner": actor.user_id, "team": actor.team_id, **(kept or {})}
    drafts = []
    for _values in given:
        instance = make()
        instance.created_at = instance.updated_at = now
        drafts.append(Draft(instance, defaults.copy(), before=dict(kept or {}), is_new=True))
    _clean_into(actor, spec, drafts, given, locale, cleaned=cleaned)
    return drafts


def stand(spec: ObjectSpec, draft: Draft, values: Values) -> None:
    """Puts values of fields that nobody writes on a new record; its rules take them into account."""
    for key, value in values.items():
        spec.by_key[key].set(draft.instance, value)
    draft.stands_at = values.get("created_at")


def changed_many(
    actor: Actor, spec: ObjectSpec, pairs: Sequence[tuple[Any, Values]], locale: Locale, *, cleaned: bool
) -> list[Draft]:
    """Drafts of records that are there: the instance and what shall be changed on it."""
    drafts = [Draft(instance, {}) for instance, _values in pairs]
    _clean_into(actor, spec, drafts, [values for _instance, values in pairs], locale, cleaned=cleaned)
    return drafts


def _clean_into(
    actor: Actor, spec: ObjectSpec, drafts: Sequence[Draft], given: Sequence[Values], locale: Locale, *, cleaned: bool
) -> None:
    """Cleans what was given. A field the actor may not write is refused, not ignored."""
    writable = writable_fields(actor, spec)
    for draft, values in zip(drafts, given, strict=True):
        if refused := values.keys() - writable.keys():
            raise NotAllowed(_("“%(key)s” cannot be changed here, or not by you.") % {"key": min(refused)})
        if cleaned:
            draft.values.update(values)
            continue
        for key, value in values.items():
            field = writable[key]
            try:
                draft.values[key] = field.clean(value, locale)
            except (ValueError, OverflowError) as error:
                draft.refuse(key, _sentence(field, error))


def _sentence(field: Field, error: Exception) -> str:
    text = str(error)
    return text if text[:1].isupper() or text[:1] == "“" else f"{field.label}: {text}"


def require(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Refuses drafts that leave a required field empty."""
    for field in [field for field in spec.all_fields if field.required]:
        for draft in drafts:
            if field.key in draft.errors or not (draft.is_new or field.key in draft.values):
                continue
            if field.is_empty(draft.values.get(field.key)):
                draft.refuse(field.key, _("%(label)s is missing.") % {"label": field.label})


def settle(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Brings the values of child fields into the form in which they will be stored."""
    for field in spec.all_fields:
        if isinstance(field, ChildField) and (given := [draft for draft in drafts if field.key in draft.values]):
            for draft, value in zip(
                given, field.settle_many([draft.values[field.key] for draft in given]), strict=True
            ):
                draft.values[field.key] = value


def check_links(actor: Actor, spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Refuses links to what is not there or not to be seen. One query for each field that was given."""
    for field in spec.all_fields:
        if not isinstance(field, Link):
            continue
        own = {"user": actor.user_id, "team": actor.team_id}.get(field.table)
        linked = [draft for draft in drafts if draft.values.get(field.key) not in (None, own)]
        model = field_target(field) if linked else None
        if model is None:
            continue
        target = registry.find(field.to)
        ids = {draft.values[field.key] for draft in linked}
        there = seen_among(actor, target, ids) if target else model._default_manager.filter(among("pk", ids))
        known = set(there.values_list("pk", flat=True))
        for draft in linked:
            if draft.values[field.key] not in known:
                sentence = _("There is no such %(label)s, or you may not see it.")
                draft.refuse(field.key, sentence % {"label": inside(field.label)})


def load_before(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Notes what is stored in the fields that drafts change. One query for each child field."""
    for key in dict.fromkeys(key for draft in drafts for key in draft.values):
        field = spec.by_key[key]
        if isinstance(field, ChildField):
            stored = field.load_many([draft.instance.pk for draft in drafts])
            for draft in drafts:
                draft.before[key] = stored.get(draft.instance.pk, field.nothing())
        else:
            for draft in drafts:
                draft.before[key] = field.get(draft.instance)


def keep_changes(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Drops from drafts what is stored like that already."""
    for draft in drafts:
        draft.values = {
            key: value
            for key, value in draft.values.items()
            if spec.by_key[key].to_json(value) != spec.by_key[key].to_json(draft.before[key])
        }
