"""Which records of an object the holders of a role see at all: all, or those of a filter built in the list.

A filter is made where filters are made, in the list, and saved as a view; here its condition is taken over. The role
keeps the condition itself: what becomes of the view later does not matter.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import from_json
from rapport.core.access.words import words
from rapport.core.errors import BadQuery, NotFound
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.views.saved import get_view, views_of
from rapport.workspace.screens.frame import number

KEEP = "keep"


def rows(actor: Actor, role: Role | None, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """A line for each object that has a condition or views to take one from: key, label, value, options."""
    found = []
    for spec in registry.every():
        stored = role.filters.get(spec.key) if role else None
        options = [(KEEP, _told(spec, stored))] if stored else []
        options += [
            (str(listed.view.pk), _("as in the view “%(name)s”") % {"name": listed.view.name})
            for listed in views_of(actor, spec)
            if listed.view.condition
        ]
        if options:
            value = form.get(f"records.{spec.key}", KEEP if stored else "")
            found.append({"key": spec.key, "label": spec.plural, "value": value, "options": options})
    return found


def chosen(actor: Actor, role: Role | None, form: Mapping[str, str]) -> dict[str, Any]:
    """The conditions that a form asks for, by object. What is not in it stays; None, which no role takes, for a view
    that is gone.
    """
    stored = dict(role.filters) if role else {}
    for spec in registry.every():
        value = form.get(f"records.{spec.key}")
        if value is None or value == KEEP:
            continue
        stored.pop(spec.key, None)
        if value:
            stored[spec.key] = _condition(actor, spec, value)
    return stored


def _condition(actor: Actor, spec: ObjectSpec, value: str) -> Any:
    try:
        return get_view(actor, spec, number(value)).condition
    except NotFound:
        return None


def _told(spec: ObjectSpec, stored: Any) -> str:
    """A condition in words."""
    try:
        return words(Actor.system(), spec, from_json(stored))
    except BadQuery:
        return _("a condition that cannot be read any more: nothing is seen")
