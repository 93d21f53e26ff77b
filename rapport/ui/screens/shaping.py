"""What pages show to those who may shape the workspace: where a field is added, and which one deserves an index."""

from typing import Any
from urllib.parse import urlencode

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import terms, understand
from rapport.core.access.pages import COUNT_CAP, ListQuery
from rapport.core.access.sorting import sort_keys
from rapport.core.access.special import may_right
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.models import FieldDef
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens.showing import CALENDAR, Showing


def add_field_url(actor: Actor, spec: ObjectSpec, back: str) -> str:
    """Where a field is added, from a page to which it leads back; "" for those who may not."""
    return f"/settings/fields/{spec.key}/new?{urlencode({'back': back})}" if may_right(actor, "shape") else ""


def slow_field(actor: Actor, spec: ObjectSpec, query: ListQuery, showing: Showing) -> dict[str, Any] | None:
    """The first field by which a long list is filtered, sorted or laid on days without an index; for those who may,
    ``url`` is where one is switched on.

    Asks the database only where there is such a field, and of filters and orders only for those who may.
    """
    by = showing.by if showing.look == CALENDAR else None
    if by is not None and not (by.sortable or by.indexed) and _is_long(spec):
        return {"label": by.label, "url": _index_url(actor, spec, by)}
    if not may_right(actor, "shape"):
        return None
    asked = [understand(actor, spec, term.path, term.operator) for term in terms(query.condition)]
    fields = [meaning.field for meaning in asked if meaning.hop is None]
    fields += [key.field for key in sort_keys(actor, spec, query.sort) if key.field is not None]
    slow = next((field for field in fields if _wants_index(field)), None)
    if slow is None or not _is_long(spec):
        return None
    url = _index_url(actor, spec, slow)
    return {"label": slow.label, "url": url} if url else None


def _is_long(spec: ObjectSpec) -> bool:
    return bool(spec.model._default_manager.filter(live=True).order_by()[COUNT_CAP : COUNT_CAP + 1].exists())


def _index_url(actor: Actor, spec: ObjectSpec, field: Field) -> str:
    """Where the field gets its index; empty for those who may not, and for fields that were not made here."""
    if not (may_right(actor, "shape") and _wants_index(field)):
        return ""
    found = FieldDef.objects.filter(kind=spec.key, key=field.key, is_indexed=False).values_list("pk", flat=True).first()
    return f"/settings/fields/{found}/edit" if found else ""


def _wants_index(field: Field) -> bool:
    known = field_type(field.type)
    return field.custom and not field.indexed and known is not None and known.can_index
