"""What tells records of one name apart: the line under each name, of the fields that the actor may see."""

from collections.abc import Sequence

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import readable_fields
from rapport.core.fields import ChildField
from rapport.core.objects.spec import ObjectSpec


def bylines(actor: Actor, spec: ObjectSpec, ids: Sequence[int]) -> dict[int, str]:
    """The byline of each record, or else its e-mail address; one query. ``ids`` are records that the actor sees."""
    if spec.byline is None or not ids:
        return {}
    readable = [field for field in readable_fields(actor, spec).values() if not isinstance(field, ChildField)]
    return {
        row.id: str(spec.byline(row.values) or row.values.get("email") or "")
        for row in fetch(spec, list(ids), readable)
    }
