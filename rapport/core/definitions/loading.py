"""From the tables to the snapshot: which version holds, and the objects and fields it is made of."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Subquery

from rapport.accounts import sessions
from rapport.core.access.conditions import Condition, from_json
from rapport.core.definitions import fitting
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.making import spec_of
from rapport.core.definitions.models import Definitions, FieldDef, ObjectDef
from rapport.core.definitions.speaking import spoken
from rapport.core.errors import BadQuery
from rapport.core.fields import Field, snapshot
from rapport.core.fields.snapshot import Snapshot
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import around
from rapport.lib.prepared import Prepared

_VERSION = Prepared(lambda: Definitions.objects.values_list("version", flat=True)[:1])
ALONG = "definitions_version"  # what a session's row says of it

sessions.read_along(ALONG, lambda: Subquery(Definitions.objects.values("version")[:1]))


def at(version: int | None) -> Snapshot:
    """The snapshot of this version: the one at hand, or read anew. It may be a newer one by then."""
    known = snapshot.latest()
    return known if known.version == (version or 0) else _read()


def now() -> Snapshot:
    """The snapshot that holds at this moment. One query, more where a field changed."""
    return at(next(iter(_VERSION()), 0))


def version_of(store: Any) -> int | None:
    """The version that was read along with a session; asked for where the session was not read."""
    row = getattr(store, "row", None)
    return next(iter(_VERSION()), 0) if row is None else getattr(row, ALONG, None)


@contextmanager
def pinned() -> Iterator[Snapshot]:
    """Everything inside sees the fields as they are now, whoever changes them meanwhile."""
    with snapshot.pinned(now()) as made:
        yield made


around.add(pinned)


def renew() -> None:
    """Says to all processes that something changed, within the transaction that changed it; this one sees it at once.

    The number is drawn, not counted: one that was rolled back, or came out of a backup, is never taken for another.
    """
    Definitions.objects.update_or_create(pk=1, defaults={"version": secrets.randbits(62) + 1})
    _read()


def _read() -> Snapshot:
    # The version first: what is read after it is at least as new, so nothing old is ever called new.
    version = next(iter(_VERSION()), 0)
    fields: dict[str, list[Field]] = defaultdict(list)
    retired: dict[str, list[Field]] = defaultdict(list)
    for row in FieldDef.objects.order_by("kind", "position", "pk"):
        made = field_of(row)
        if made is not None:
            (retired if row.archived_at else fields)[row.kind].append(made)
    objects: dict[str, ObjectSpec] = {}
    archived: dict[str, ObjectSpec] = {}
    for one in ObjectDef.objects.order_by("pk"):
        (archived if one.archived_at else objects)[one.key] = spec_of(one, fields[one.key])
    found = Snapshot(
        version,
        {kind: tuple(those) for kind, those in fields.items()},
        {kind: tuple(those) for kind, those in retired.items()},
        objects,
        archived,
        fitting.fitted(),
    )
    snapshot.install(found)
    return found


def field_of(row: FieldDef) -> Field | None:
    """The field that a definition stands for; None where its type is of a room that is gone."""
    known = field_type(row.type)
    if known is None:
        return None
    ready = row.is_indexed and row.index_state == "ready"
    return known.make(
        row,
        {
            "key": row.key,
            "label": spoken(row.label, row.labels),
            "hint": row.hint,
            "group": row.group,
            "required": row.is_required and not known.read_only,
            "unique": row.is_unique,
            "indexed": ready and known.can_index,
            "sortable": ready and known.can_sort,
            "read_only": known.read_only,
            "custom": True,
            **{effect: condition(row, effect) for effect in row.settings.get("conditions", ())},
        },
    )


def condition(row: FieldDef, effect: str) -> Condition | None:
    """The condition of a field for one effect: ``shown_if``, ``required_if`` or ``locked_if``."""
    tree = row.settings.get("conditions", {}).get(effect)
    try:
        return from_json(tree) if tree else None
    except BadQuery:
        return None
