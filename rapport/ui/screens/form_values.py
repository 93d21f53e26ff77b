"""The values of a form: what it shows at first, and what is read out of it when it is posted."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import locale_of, writable_fields
from rapport.core.access.visible import visible_to
from rapport.core.fields import Field, FileField, Link, Links
from rapport.core.fields.link import Target
from rapport.core.objects import registry
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens import choosing, filing

Errors = Mapping[str, Sequence[str]]


def form_fields(actor: Actor, spec: ObjectSpec) -> dict[str, Field]:
    """The fields of the form of an object, for somebody who may write them."""
    writable = writable_fields(actor, spec)
    return {key: field for key, field in writable.items() if field.control not in ("none", "records")}


def read_form(
    actor: Actor, spec: ObjectSpec, fields: Mapping[str, Field], data: QueryDict
) -> tuple[dict[str, Any], Errors]:
    """The cleaned values of a posted form, and sentences for what cannot be read."""
    locale = locale_of(actor)
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, field in fields.items():
        if not field.in_form(data):
            continue
        try:
            raw = _given(actor, field, data)
            values[key] = raw if isinstance(raw, choosing.Named) else field.clean(raw, locale)
        except (ValueError, OverflowError) as error:
            text = str(error)
            errors[key] = [text if text[:1].isupper() else text[:1].upper() + text[1:]]
    return values, errors


def _given(actor: Actor, field: Field, data: QueryDict) -> Any:
    """The raw value of a field in a posted form."""
    if isinstance(field, FileField):
        return filing.chosen(actor, field, data)
    return choosing.chosen(actor, field, data) if isinstance(field, Link) and field.to else field.from_form(data)


def untouched(actor: Actor, fields: Mapping[str, Field], stored: Mapping[str, Any], data: QueryDict) -> list[str]:
    """Moments that stand in the form as it was given out: it shows minutes, and must not cut off their seconds."""
    locale = locale_of(actor)
    moments = (key for key, field in fields.items() if field.control == "moment")
    return [key for key in moments if data.get(key) == fields[key].form_value(stored[key], locale)]


def version_in(data: QueryDict) -> int | None:
    """The version of the record that a form was given out with."""
    text = data.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def stored_values(actor: Actor, spec: ObjectSpec, record_id: int, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What a record holds in some fields, as far as the actor may see what they lead to."""
    (row,) = fetch(spec, [record_id], list(fields.values()))
    show_seen(actor, fields.values(), [row.values])
    return row.values


def blank(actor: Actor, spec: ObjectSpec, given: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """What an empty form shows: defaults, what the address gives, and who makes it as the owner."""
    own = {"owner": str(actor.user_id or ""), "team": str(actor.team_id or "")}
    return {
        key: _shown_given(spec, field, given.get(key) or own.get(key, ""), actor)
        for key, field in form_fields(actor, spec).items()
    }


def _shown_given(spec: ObjectSpec, field: Field, text: str, actor: Actor) -> Any:
    """A value given in the address (“new person at this company”), as the form shows it."""
    locale = locale_of(actor)
    number = text.isdecimal() and len(text) <= 18
    if isinstance(field, Link | Links) and field.to and number and (target := registry.find(field.to)):
        title = visible_to(actor, target).filter(pk=int(text)).values_list("title", flat=True).first()
        there = Target(int(text), title) if title else None
        return field.form_value([there] if there and isinstance(field, Links) else there, locale)
    try:
        value = field.clean(text, locale) if text else field.default
    except (ValueError, OverflowError):
        value = None
    return field.form_value(field.empty if value is None else value, locale)
