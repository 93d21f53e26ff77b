"""What was typed into a form, to be shown again as it was: nothing a person wrote gets lost."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from rapport.accounts.actor import Actor
from rapport.core.fields import Field, FileField, Link, Links
from rapport.ui.screens import filing

_MOST_LINKS = 200  # of one field


def typed_in(
    actor: Actor, fields: Mapping[str, Field], data: QueryDict, stored: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """By field, what :func:`rapport.ui.screens.forms.control` shows again; ``stored`` are the values that are there."""
    return {key: typed(actor, field, data, lambda key=key: stored.get(key)) for key, field in fields.items()}  # type: ignore[misc]


def typed(actor: Actor, field: Field, data: QueryDict, now: Callable[[], Any] = lambda: None) -> Any:
    """The same for one field; ``now`` gives the stored value, which a form for a file shows beside the new one."""
    if isinstance(field, FileField):
        return filing.typed(actor, field, data, now())
    if isinstance(field, Links):
        return _links(field, data)
    if isinstance(field, Link):
        return {"id": data.get(field.key, ""), "title": data.get(f"{field.key}_text", "")}
    if field.control == "money":
        return {"number": data.get(field.key, ""), "currency": data.get(f"{field.key}_currency", "")}
    return field.from_form(data)


def _links(field: Links, data: QueryDict) -> list[dict[str, str]]:
    """The links that a form named, with their titles as far as they can be known without asking."""
    numbers = [text for text in data.getlist(field.key) if text.strip()]
    return [
        {
            "id": text,
            "title": data.get(f"{field.key}_title_{text}", "") or f"#{text}",
            "label": data.get(f"{field.key}_label_{text}", ""),
        }
        for text in numbers[:_MOST_LINKS]
    ]
