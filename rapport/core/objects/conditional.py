"""Fields that are asked, required or locked only under a condition on the same record's values.

Held to at every door, for it stands in the save path; forms ask the same beforehand (:func:`states`). A condition that
has lost its meaning, because a field that it asks has gone, does not apply.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Condition
from rapport.core.access.holding import asked, holds
from rapport.core.access.words import words
from rapport.core.errors import BadQuery
from rapport.core.fields import ChildField, Field, Locale

if TYPE_CHECKING:
    from rapport.core.objects.saver import Draft
    from rapport.core.objects.spec import ObjectSpec

Values = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """How a field stands under the values at hand, and a sentence that says why it is asked, required or locked."""

    is_shown: bool = True
    is_required: bool = False
    is_locked: bool = False
    why: str = ""


def conditional(spec: "ObjectSpec") -> list[Field]:
    """The fields that stand under a condition."""
    return [one for one in spec.all_fields if one.shown_if or one.required_if or one.locked_if]


def asked_by(spec: "ObjectSpec") -> set[str]:
    """The keys of all fields that take part in conditions."""
    keys: set[str] = set()
    for one in conditional(spec):
        keys.add(one.key)
        for condition in (one.shown_if, one.required_if, one.locked_if):
            keys |= asked(condition) if condition else set()
    return keys


def states(
    actor: Actor, spec: "ObjectSpec", values: Values, locale: Locale, stored: Values | None = None
) -> dict[str, State]:
    """How the fields under a condition stand, by key, for values that are being typed; ``stored`` are those of the
    record that is there already.
    """
    return {one.key: _state(actor, spec, one, values, locale, stored) for one in conditional(spec)}


def not_asked(spec: "ObjectSpec", record: Any, locale: Locale) -> set[str]:
    """The keys of the fields that are not asked of a record as it is stored. One query for each child field asked."""
    found = set[str]()
    for one in spec.all_fields:
        if one.shown_if:
            needed = [spec.by_key[key] for key in sorted(asked(one.shown_if)) if key in spec.by_key]
            values = {known.key: _stored_in(known, record) for known in needed}
            if not _met(spec, one.shown_if, values, locale, otherwise=True):
                found.add(one.key)
    return found


def _stored_in(field: Field, record: Any) -> Any:
    if isinstance(field, ChildField):
        return field.load_many([record.pk]).get(record.pk, field.nothing())
    return field.get(record)


def _state(
    actor: Actor, spec: "ObjectSpec", field: Field, values: Values, locale: Locale, stored: Values | None
) -> State:
    def met(condition: Condition | None, at: Values, otherwise: bool = False) -> bool:
        return _met(spec, condition, at, locale, otherwise=otherwise)

    is_shown = met(field.shown_if, values, True)
    is_required = is_shown and met(field.required_if, values)
    # A last change may lock a field, and one that unlocks it may change it, too: so can every act be undone.
    is_locked = stored is not None and met(field.locked_if, values) and met(field.locked_if, stored)
    why = ""
    if not is_shown:
        why = _because(actor, spec, field.shown_if, _("Only asked where %(condition)s."))
    elif is_locked:
        why = _because(actor, spec, field.locked_if, _("Cannot be changed while %(condition)s."))
    elif is_required:
        why = _because(actor, spec, field.required_if, _("Needed because %(condition)s."))
    return State(is_shown, is_required, is_locked, why)


def _met(spec: "ObjectSpec", condition: Any, values: Values, locale: Locale, *, otherwise: bool) -> bool:
    if condition is None:
        return otherwise
    try:
        return holds(condition, spec.by_key, values, locale)
    except BadQuery:
        return otherwise


def _because(actor: Actor, spec: "ObjectSpec", condition: Any, sentence: str) -> str:
    """The reason in words; none where it would name a field that is hidden from the actor."""
    try:
        return sentence % {"condition": words(actor, spec, condition)}
    except BadQuery:
        return ""


def obey(actor: Actor, spec: "ObjectSpec", drafts: Sequence["Draft"], locale: Locale) -> None:
    """Refuses drafts that fill a field which is not asked, change a locked one, or leave a required one empty."""
    fields = conditional(spec)
    touched = [draft for draft in drafts if fields and (draft.is_new or draft.values)]
    for draft, stored in zip(touched, _stored(spec, touched), strict=True):
        now = {**stored, **draft.values}
        for field in fields:
            needs = {field.key} | (asked(field.required_if) if field.required_if else set())
            if not (draft.is_new or needs & draft.values.keys()):
                continue
            state = _state(actor, spec, field, now, locale, None if draft.is_new else stored)
            for sentence in _refusals(field, state, draft, now):
                draft.refuse(field.key, f"{sentence} {state.why}".strip())


def _refusals(field: Field, state: State, draft: "Draft", now: Values) -> Iterator[str]:
    is_empty = field.is_empty(now.get(field.key))
    if field.key in draft.errors:
        return
    if field.key in draft.values and not state.is_shown and not is_empty:
        yield _("%(label)s is not asked here.") % {"label": field.label}
    elif field.key in draft.values and state.is_locked:
        yield _("%(label)s is locked.") % {"label": field.label}
    elif state.is_required and is_empty:
        yield _("%(label)s is missing.") % {"label": field.label}


def _stored(spec: "ObjectSpec", drafts: Sequence["Draft"]) -> list[dict[str, Any]]:
    """What the records hold in all fields that take part. One query for each child field."""
    found: list[dict[str, Any]] = [{} for _draft in drafts]
    for known in (spec.by_key[key] for key in sorted(asked_by(spec)) if key in spec.by_key):
        there = [draft.instance.pk for draft in drafts if not draft.is_new]
        rows = known.load_many(there) if isinstance(known, ChildField) and there else {}
        for draft, values in zip(drafts, found, strict=True):
            if draft.is_new:
                values[known.key] = draft.values.get(known.key, known.empty)
            elif isinstance(known, ChildField):
                values[known.key] = rows.get(draft.instance.pk, known.nothing())
            else:
                values[known.key] = known.get(draft.instance)
    return found
