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


def add_field_url(actor: Actor, spec: ObjectSpec, back: str) -> str:
    """Where a field is added, from a page to which it leads back; "" for those who may not."""
    return f"/settings/fields/{spec.key}/new?{urlencode({'back': back})}" if may_right(actor, "shape") else ""


def slow_field(actor: Actor, spec: ObjectSpec, query: ListQuery) -> dict[str, Any] | None:
    """The first field made here by which a long list is filtered or sorted without an index, and where to switch it on.

    Asks the database only where there is such a field, and only for those who may.
    """
    if not may_right(actor, "shape"):
        return None
    asked = [understand(actor, spec, term.path, term.operator) for term in terms(query.condition)]
    fields = [meaning.field for meaning in asked if meaning.hop is None]
    fields += [key.field for key in sort_keys(actor, spec, query.sort) if key.field is not None]
    slow = next((field for field in fields if _wants_index(field)), None)
    if slow is None or not spec.model._default_manager.filter(live=True).order_by()[COUNT_CAP : COUNT_CAP + 1].exists():
        return None
    found = FieldDef.objects.filter(kind=spec.key, key=slow.key, is_indexed=False).values_list("pk", flat=True).first()
    return {"label": slow.label, "url": f"/settings/fields/{found}/edit"} if found else None


def _wants_index(field: Field) -> bool:
    known = field_type(field.type)
    return field.custom and not field.indexed and known is not None and known.can_index
