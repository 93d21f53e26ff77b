"""Conditions under which a field is asked, required or locked: kept with its definition, one tree for each effect."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, AnyOf, Condition, Term, from_json, to_json, understand
from rapport.core.access.holding import can_be_asked, holds
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.audit.notes import changed, tell
from rapport.core.definitions import fields, loading
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import BadQuery, Invalid
from rapport.core.events.emit import acting
from rapport.core.fields import Field
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec

EFFECTS = ("shown_if", "required_if", "locked_if")
MOST_TERMS = 10  # of one condition
Change = Callable[[list[Condition]], list[Condition]]


def may_stand_under(row: FieldDef) -> bool:
    """Whether a field can have conditions: all can that somebody types into."""
    known = field_type(row.type)
    return known is not None and not known.read_only


def kept(row: FieldDef, effect: str) -> tuple[str, list[Condition]]:
    """How the terms of one effect are joined (all, any), and the terms; none where there is no condition."""
    found = loading.condition(row, effect)
    if found is None:
        return "all", []
    return ("any" if isinstance(found, AnyOf) else "all"), list(getattr(found, "parts", (found,)))


def askable(actor: Actor, spec: ObjectSpec, row: FieldDef) -> dict[str, Field]:
    """The fields that a condition of this one may ask."""
    return {key: one for key, one in readable_fields(actor, spec).items() if can_be_asked(one) and key != row.key}


def add_term(actor: Actor, field_id: int, effect: str, term: Term) -> FieldDef:
    """Adds one condition. Invalid where it cannot be asked of a record that is being saved."""
    row = fields.get_field(actor, field_id)
    _check_term(actor, row, term)
    return _change(actor, row, effect, lambda there: [*[one for one in there if one != term], term])


def put(actor: Actor, field_id: int, trees: Mapping[str, Any]) -> None:
    """Gives a field these conditions, by effect and in the query language's JSON form, and no others.

    Invalid or BadQuery where one is not understood, or cannot be asked of a record that is being saved.
    """
    row = fields.get_field(actor, field_id)
    for effect in EFFECTS:
        tree = from_json(trees[effect]) if trees.get(effect) else None
        there = [] if tree is None else list(getattr(tree, "parts", (tree,)))
        for term in there:
            if not isinstance(term, Term):
                raise Invalid({"value": [_("A condition of a field has one level only.")]})
            _check_term(actor, row, term)
        joint = "any" if isinstance(tree, AnyOf) else "all"
        if (joint, there) != kept(row, effect):
            row = _change(actor, row, effect, lambda _there, now=there: now, joint)  # type: ignore[misc]


def as_kept(trees: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions by effect in the form in which :func:`put` keeps them. BadQuery where one is not understood."""
    found = {effect: from_json(trees[effect]) for effect in EFFECTS if trees.get(effect)}
    whole = {effect: tree if isinstance(tree, AllOf | AnyOf) else AllOf((tree,)) for effect, tree in found.items()}
    return {effect: to_json(tree) for effect, tree in whole.items() if tree.parts}


def _check_term(actor: Actor, row: FieldDef, term: Term) -> None:
    spec, locale = registry.get(row.kind), locale_of(actor)
    known = askable(actor, spec, row)
    try:
        if term.path not in known:
            raise BadQuery(_("Choose a field that is asked."))
        meaning = understand(actor, spec, term.path, term.operator)
        meaning.field.where(meaning.operator, term.value, locale)
        holds(term, known, {}, locale)
    except BadQuery as refused:
        raise Invalid({"value": [refused.message]}) from refused


def remove_term(actor: Actor, field_id: int, effect: str, place: int) -> FieldDef:
    """Takes the condition at a place away."""
    row = fields.get_field(actor, field_id)
    return _change(actor, row, effect, lambda there: [one for n, one in enumerate(there) if n != place])


def join_terms(actor: Actor, field_id: int, effect: str, joint: str) -> FieldDef:
    """Says whether all conditions of an effect must hold, or any of them."""
    return _change(actor, fields.get_field(actor, field_id), effect, lambda there: there, joint)


def _change(actor: Actor, row: FieldDef, effect: str, change: Change, joint: str = "") -> FieldDef:
    if effect not in EFFECTS or not may_stand_under(row):
        raise Invalid({"": [_("This field cannot stand under a condition.")]})
    with acting(actor, "field.changed", label=row.label) as act:
        row = FieldDef.objects.select_for_update().get(pk=row.pk)
        joined, there = kept(row, effect)
        now = change(there)
        if len(now) > MOST_TERMS:
            raise Invalid({"value": [_("Too many conditions; %(most)s are possible.") % {"most": MOST_TERMS}]})
        before, conditions = fields.audited(row), dict(row.settings.get("conditions") or {})
        conditions.pop(effect, None)
        if now:
            tree = AnyOf(tuple(now)) if (joint or joined) == "any" else AllOf(tuple(now))
            conditions[effect] = to_json(tree)
        row.settings = {**row.settings, "conditions": conditions}
        row.save(update_fields=["settings"])
        data: Mapping[str, Any] = {"kind": row.kind, "field": row.key, "name": row.label}
        tell(actor, act, "field.changed", {**data, "changes": changed(before, fields.audited(row))})
        loading.renew()
    return row
