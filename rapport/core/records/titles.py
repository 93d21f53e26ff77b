"""Finding records by what they are called."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rapport.core.records.among import among
from rapport.core.records.models import TITLE_LIMIT
from rapport.lib.text import fold

if TYPE_CHECKING:
    from django.db.models import QuerySet


def title_key(title: str) -> str:
    """A title as it is compared: without case and accents, as long as the column holds."""
    return fold(title)[:TITLE_LIMIT]


def oldest_by_title(rows: "QuerySet[Any]", keys: Iterable[str]) -> dict[str, int]:
    """The id of the oldest of some records for each of these keys that one has. One query, none without keys."""
    wanted = set(keys)
    found: dict[str, int] = {}
    if wanted:
        for pk, key in rows.filter(among("title_key", wanted)).order_by("pk").values_list("pk", "title_key"):
            found.setdefault(key, pk)
    return found
