"""Conditions in words, as chips and sentences say them."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.conditions import AllOf, Condition, Meaning, Term, understand
from rapport.core.access.levels import all_called, locale_of
from rapport.core.access.visible import visible_to
from rapport.core.fields import Link, Links, Locale
from rapport.core.fields.base import split_values
from rapport.core.objects import registry

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_DIGITS = 18  # of the number of a record
_TABLES = {"user": User, "team": Team}


def words(actor: Actor, spec: "ObjectSpec", condition: Condition, locale: Locale | None = None) -> str:
    """The condition as a sentence: “Lifecycle is any of Lead, Customer and City contains ber”."""
    locale = locale or locale_of(actor)
    if isinstance(condition, Term):
        meaning = understand(actor, spec, condition.path, condition.operator)
        value = operand_words(meaning, condition.value, locale)
        return " ".join(filter(None, (meaning.label, str(meaning.operator.words), value)))
    joint = f" {_('and')} " if isinstance(condition, AllOf) else f" {_('or')} "
    parts = [words(actor, spec, part, locale) for part in condition.parts]
    nested = [
        f"({text})" if not isinstance(part, Term) and len(part.parts) > 1 else text
        for text, part in zip(parts, condition.parts, strict=True)
    ]
    return joint.join(nested)


def operand_words(meaning: Meaning, value: str, locale: Locale) -> str:
    """The value of a term as people read it; titles instead of ids for links."""
    if meaning.operator.takes == "nothing":
        return ""
    if isinstance(meaning.field, Link | Links):
        return link_words(meaning.actor, meaning.field, value)
    return meaning.field.operand_words(meaning.operator, value, locale)


def link_words(actor: Actor, field: Link | Links, value: str) -> str:
    """Names for the ids in a filter on a link; the bare number of a record that the actor may not see."""
    parts = split_values(value)
    ids = {part: int(part) for part in parts if part.isdecimal() and len(part) <= MOST_DIGITS}
    spec = registry.find(field.to)
    model = field_target(field)
    names: dict[int, str] = {}
    if ids and model is not None:
        rows = visible_to(actor, spec) if spec else model._default_manager.all()
        found = rows.filter(pk__in=ids.values()).values_list("pk", field.title_path)
        names = all_called(actor, spec, found) if spec else dict(found)
    return ", ".join(names.get(ids[part], f"#{part}") if part in ids else _(part) for part in parts)


def field_target(field: Link | Links) -> Any:
    """The model a link points to."""
    if field.table in _TABLES:
        return _TABLES[field.table]
    spec = registry.find(field.to)
    return spec.model if spec else None
