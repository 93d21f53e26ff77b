"""Entries into their table, and on SQLite into the full-text tables beside it; PostgreSQL keeps its index itself."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.core.search import fulltext
from rapport.core.search.models import SearchEntry
from rapport.lib.prepared import Prepared

Entry = tuple[int, str, bool, str, str, str]  # the columns of a SearchEntry, in their order

_COLUMNS = ("record_id", "kind", "live", "open_text", "restricted_text", "reach")
_INSERT = f'INSERT INTO "core_searchentry" ({", ".join(_COLUMNS)}) '
_OVERWRITE = (
    ' ON CONFLICT ("record_id") DO UPDATE SET "live" = excluded."live", "open_text" = excluded."open_text", '
    '"restricted_text" = excluded."restricted_text", "reach" = excluded."reach"'
)


def add(entries: Iterable[Entry]) -> None:
    """Puts in the entries of new records. One statement, on SQLite two."""
    new = list(entries)
    if new:
        rows.insert(SearchEntry, _COLUMNS, new)
        index_rows(new)


_ENTRIES = Prepared(
    lambda: SearchEntry.objects.filter(pk__in=listed_later("ids")).values_list(
        "pk", "kind", "live", "open_text", "restricted_text", "reach"
    )
)


def replace(entries: Iterable[Entry], *, anew: bool = False) -> None:
    """Puts in entries, whether there are older ones or not. Those that say the same are left alone, but not with
    ``anew``: then the full-text tables are written even so.
    """
    given = list(entries)
    ids = [row[0] for row in given]
    old = {row[0]: row for row in _ENTRIES(ids=as_value(ids))}
    told = [row for row in given if anew or old.get(row[0]) != row]
    if told:
        _tell_index(fulltext.drop, [old[row[0]] for row in told if row[0] in old])
        _overwrite(told)
        index_rows(told)


def set_live(ids: Collection[int], *, live: bool) -> None:
    """Takes the entries of these records out of the search, or puts them back."""
    entries = SearchEntry.objects.filter(among("pk", ids), live=not live)
    if connection.vendor == "sqlite":
        found = entries.values_list("pk", "kind", "live", "open_text", "restricted_text", "reach")
        told: list[Any] = [(pk, kind, True, *texts) for pk, kind, _live, *texts in found]
        _tell_index(fulltext.add if live else fulltext.drop, told)
    entries.update(live=live)


def index_rows(written: Sequence[Entry]) -> None:
    """Adds live entries to the full-text tables of SQLite; nothing to do on PostgreSQL."""
    _tell_index(fulltext.add, written)


def _tell_index(tell: Callable[[str, Any], None], told: Sequence[Entry]) -> None:
    if connection.vendor == "sqlite":
        for kind in {row[1] for row in told}:
            # By rising ids: for each that is lower than the one before, SQLite would write a piece of index of its own.
            tell(kind, sorted((row[0], *row[3:]) for row in told if row[2] and row[1] == kind))


def _overwrite(told: Sequence[Entry]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{_INSERT} VALUES (%s, %s, %s, %s, %s, %s){_OVERWRITE}", told)
        else:
            source = "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::text[], %s::text[])"
            cursor.execute(_INSERT + source + _OVERWRITE, [list(column) for column in zip(*told, strict=True)])
