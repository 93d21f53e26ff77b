"""Finding records by what they are called."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Value

from rapport.accounts.models import Team, User
from rapport.core.records.among import among
from rapport.core.records.models import TITLE_LIMIT, Record
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


def titles_of(targets: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What records, users and teams are called, each given as ``("record", 7)``. One query for all."""
    wanted: dict[str, set[int]] = {"record": set(), "user": set(), "team": set()}
    for source, target in targets:
        wanted[source].add(target)
    queries = [
        model.objects.filter(pk__in=wanted[source]).values_list(Value(source), "pk", name).order_by()
        for source, model, name in (("record", Record, "title"), ("user", User, "name"), ("team", Team, "name"))
        if wanted[source]
    ]
    if not queries:
        return {}
    rows: Any = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    return {(source, target): title for source, target, title in rows}
