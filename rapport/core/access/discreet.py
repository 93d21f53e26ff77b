"""A record as somebody may read it, where it is told as a whole and not field by field: timelines, calendars, files."""

from copy import copy
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.access.levels import called, hides_title, readable_fields
from rapport.core.fields import ChildField, Field

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

_TEXTS = frozenset({"text", "long_text", "choice"})


def as_read(actor: Actor, spec: "ObjectSpec", instance: Any) -> Any:
    """The instance itself if its reader may see all its fields; else a copy, not to be saved, without the hidden ones.

    What a record is called stays unless it is made of a hidden field, and when something is, for without them there is
    nothing to tell. Fields with rows of their own are not on the instance: whoever reads them asks
    :func:`rapport.core.access.levels.readable_fields`.
    """
    readable = readable_fields(actor, spec)
    if hides_title(actor, spec):
        instance = copy(instance)
        instance.title = called(actor, spec, instance.title)
    hidden = [field for key, field in spec.by_key.items() if key not in readable and _may_be_blank(field)]
    if not hidden:
        return instance
    told = copy(instance)
    for field in hidden:
        field.set(told, field.empty)
    return told


def _may_be_blank(field: Field) -> bool:
    if field.custom or field.path == "title" or isinstance(field, ChildField):
        return False
    return field.type in _TEXTS or (field.nullable and not field.required and field.default is None)
