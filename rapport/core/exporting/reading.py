"""Reading what is exported, some records at a time, as columns of values: no instance, no dictionary for each row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.levels import called, hides_title
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.visible import titles_seen
from rapport.core.fields import ChildField, Field, Link, Moment, TeamLink
from rapport.core.fields.base import Source
from rapport.core.fields.json_key import JsonKey
from rapport.core.fields.link import Target
from rapport.core.objects import registry
from rapport.core.objects.linking import seen_titles
from rapport.core.records.titles import titles_of
from rapport.lib.calm import calm

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

CHUNK = 4_000  # records read at once: some megabytes, and a dozen questions
Values = list[Any]


class _Columns(dict[str, Values]):
    """Columns of which some are made when they are asked for."""

    def __init__(self, make: Callable[[str], Values]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: str) -> Values:
        made = self[key] = self.make(key)
        return made


@dataclass(frozen=True)
class Chunk:
    """Some records in the order of their ids: ``values[key]`` holds one value for each of them.

    ``titles`` is what they are called; ``names`` what the records are called that fields with several links name;
    ``told`` the canonical JSON of what the database holds in that form, or nearly so.
    """

    ids: list[int]
    titles: list[str]
    values: dict[str, Values]
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    told: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def links_many(known: Field) -> bool:
    """Whether a value names several records: affiliations, what a note is about."""
    return not isinstance(known, Link) and type(known).targets is not Field.targets


class Reading:
    """Everything that matches and that the actor may export, as the database has it when each chunk is read.

    Between two chunks nothing is held: no transaction, no lock. A record is in the file once, as it was at one
    moment, if the actor could export it at that moment; see docs/admin/export.md for what that means while others
    write.
    """

    def __init__(self, actor: Actor, spec: "ObjectSpec", query: ListQuery, fields: Sequence[Field]) -> None:
        self.actor, self.spec, self.fields = actor, spec, fields
        self.by_key = {known.key: known for known in fields}
        self.rows = rows_matching(actor, spec, query, action="export", by_id=True).order_by("pk")
        selects = [(Cast(known.path, TextField()),) if _is_moment(known) else known.select() for known in fields]
        asked = [source for select in selects for source in select]
        names = dict.fromkeys(source for source in asked if isinstance(source, str))
        expressions = [source for source in asked if not isinstance(source, str) and not _key(source)]
        self.sources: tuple[Any, ...] = ("pk", "title", *names, *expressions)
        place = {name: 2 + number for number, name in enumerate(names)}
        free = iter(range(2 + len(place), len(self.sources)))
        # Of each field the numbers of its columns; of what the JSON has, the keys: it is read once for all of them.
        self.places: list[list[int | str]] = [
            [_key(source) or (place[source] if isinstance(source, str) else next(free)) for source in select]
            for select in selects
        ]
        self.keys = tuple(dict.fromkeys(filter(None, map(_key, asked))))
        if self.keys:
            self.sources += (Cast("custom", TextField()),)

    def count(self) -> int:
        """How many records there are now."""
        return self.rows.order_by().count()

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        """The records behind the id ``after``."""
        while chunk := self._next(after):
            yield chunk
            after = chunk.ids[-1]

    @calm()
    def _next(self, after: int) -> Chunk | None:
        found = list(self.rows.values_list(*self.sources).filter(pk__gt=after)[:CHUNK])
        if not found:
            return None
        columns = list(zip(*found, strict=True))
        ids = list(columns[0])
        kept = self._kept(columns[-1]) if self.keys else {}

        def part(place: int | str) -> Sequence[Any]:
            return columns[place] if isinstance(place, int) else kept[place]

        told: dict[str, Sequence[Any]] = {}
        values = _Columns(lambda key: _loaded(self.by_key[key], told[key]))
        for known, places in zip(self.fields, self.places, strict=True):
            if _is_moment(known):
                told[known.key] = [text and f"{text[:10]}T{text[11:19]}Z" for text in part(places[0])]
            elif _is_told(known):
                told[known.key] = part(places[0])
            else:
                values[known.key] = self._values(known, ids, [part(place) for place in places])
        titles = list(columns[1])
        if hides_title(self.actor, self.spec):
            titles = [called(self.actor, self.spec, title) for title in titles]
        return Chunk(ids, titles, values, self._see(values), told)

    def _kept(self, texts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The columns that lie in the JSON of the records."""
        found = [tuple(map(orjson.loads(text).get, self.keys)) for text in texts]
        return dict(zip(self.keys, zip(*found, strict=True), strict=True))

    def _values(self, known: Field, ids: list[int], parts: list[Sequence[Any]]) -> Values:
        if isinstance(known, ChildField):
            there = known.load_many(ids)
            return [there.get(record_id, known.nothing()) for record_id in ids]
        return known.load_column(parts)

    def _see(self, values: dict[str, Values]) -> dict[tuple[str, int], str]:
        """Takes links out of ``values`` that lead where the actor may not look; names where the others lead."""
        names: dict[tuple[str, int], str] = {}
        for known in self.fields:
            if isinstance(known, Link):
                values[known.key] = self._seen_links(known, values[known.key])
            elif links_many(known):
                column = values[known.key]
                targets = {target for value in column for target in known.targets(value)}
                seen = seen_titles(self.actor, (number for table, number in targets if table == "record"))
                names |= {("record", number): title for number, title in seen.items()}
                names |= titles_of(target for target in targets if target[0] != "record")
                if not targets <= names.keys():
                    values[known.key] = [_only(known, value, names) for value in column]
        return names

    def _seen_links(self, known: Link, column: Values) -> Values:
        target = registry.find(known.to) if known.to else None
        if not known.custom and (target is None or self.actor.all_rights):
            return column
        wanted = {value.id for value in column if value is not None}
        if target is not None:
            seen = titles_seen(self.actor, target, list(wanted))
        else:
            people = Team if isinstance(known, TeamLink) else User
            seen = dict(people._default_manager.filter(pk__in=wanted).values_list("pk", "name"))
        return [
            Target(value.id, seen[value.id]) if value is not None and value.id in seen else None for value in column
        ]


def _key(source: Source) -> str:
    """The one key of the record's own JSON that a field asks for; empty where it asks for something else."""
    return source.key if isinstance(source, JsonKey) and source.column == F("custom") else ""


def _is_told(known: Field) -> bool:
    """Whether the JSON of a record holds what :meth:`Field.to_json` makes of the value, and nothing else."""
    kind = type(known)
    is_plain = kind.load is Field.load and kind.load_column is Field.load_column and kind.set is Field.set
    return is_plain and len(known.select()) == 1 and bool(_key(known.select()[0]))


def _is_moment(known: Field) -> bool:
    """Whether a column holds text that is nearly the canonical form: SQLite's moments, which take long to be read."""
    return type(known) is Moment and not known.custom and connection.vendor == "sqlite"


def _loaded(known: Field, told: Sequence[Any]) -> Values:
    return [known.empty if value is None else known.from_json(value) for value in told]


def _only(known: Field, value: Any, names: Mapping[tuple[str, int], str]) -> Any:
    """A value less the items that name nothing the actor sees."""
    return [item for item in value or [] if all(target in names for target in known.targets([item]))]
