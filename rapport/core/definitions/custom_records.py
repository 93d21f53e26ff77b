"""The table of the records of all objects made at run time, and for each of them the model that knows its rows alone.

The model is a proxy whose rows are those of one kind, so everything that asks a kind's model for rows asks rightly
(docs/decisions/0039). Indexes are partial, one set for each kind: lists are found by them as those of other tables are.
"""

import hashlib
import re
from functools import cache
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models
from django.db.models import F, QuerySet, Value
from django.db.models.lookups import Exact

from rapport.core.records.models import RecordModel, part_of

_KEY = re.compile(r"c_[a-z0-9_]{1,40}\Z")
_MOST_NAME = 63  # signs of a name in PostgreSQL
_INDEXES = {
    "title": "live, title_key, record_id, owner_id, team_id",
    "created": "live, created_at DESC, record_id DESC, owner_id, team_id",
    "owner": "owner_id, live, record_id",
    "team": "team_id, live, record_id",
}


class CustomRecord(RecordModel):
    """A record of an object made at run time; ``object_key`` says of which."""

    object_key = models.CharField(max_length=42)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.__dict__.get("object_key"):
            self.__dict__["object_key"] = self.part


class _Written(Value):
    """A text that stands in the SQL itself: only so do partial indexes serve."""

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"'{self.value}'", []


class _OfOneKind(models.Manager[CustomRecord]):
    """The rows of one kind."""

    def get_queryset(self) -> QuerySet[CustomRecord]:
        return super().get_queryset().filter(Exact(F("object_key"), _Written(self.model.part)))


@cache
def model_of(key: str) -> type[CustomRecord]:
    """The model of a kind, the same one for as long as the process lives: plans are remembered by it."""
    if not _KEY.match(key):
        raise ValueError(f"“{key}” is not the key of an object made at run time.")
    # In a registry of its own: nothing else learns of it, and the next one may come at any time.
    meta = type("Meta", (), {"proxy": True, "app_label": "core", "apps": Apps()})
    attributes: dict[str, Any] = {"part": key, "objects": _OfOneKind(), "Meta": meta, "__module__": __name__}
    return type(f"CustomRecord_{key}", (CustomRecord,), attributes)


def ensure_indexes(key: str) -> None:
    """Makes the indexes of a kind that are missing. Quick for a new one: there is no row yet that they hold."""
    model = model_of(key)
    with connection.cursor() as cursor:
        for name, columns in _INDEXES.items():
            quoted = connection.ops.quote_name(_index_name(key, name))
            only = part_of(model, also=" WHERE ")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {quoted} ON {model._meta.db_table} ({columns}){only}")


def _index_name(key: str, name: str) -> str:
    whole = f"core_customrecord_{key}_{name}"
    if len(whole) <= _MOST_NAME:
        return whole
    return f"{whole[: _MOST_NAME - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
