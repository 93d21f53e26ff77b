"""What saving means for one kind of object beyond its fields. Subclass it and name the class in the spec."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.fields.base import Locale
from rapport.core.fields.text import Text
from rapport.core.records.among import among
from rapport.lib.text import fold

if TYPE_CHECKING:
    from rapport.core.events.models import Act
    from rapport.core.objects.spec import ObjectSpec


@dataclass
class Draft:
    """A record on its way to the table.

    ``values`` are the cleaned values to be stored, by field; ``before`` the stored ones of the same fields, of a new
    record those that it takes over from the one it was part of.
    A draft with ``errors`` (field → sentences) is not stored. ``given`` is room for a saver's own memory. ``stands_at``
    (UTC) is where a record that comes from another house stood there on timelines.
    """

    instance: Any
    values: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_new: bool = False
    given: set[int] = field(default_factory=set)
    stands_at: datetime.datetime | None = None

    def refuse(self, key: str, sentence: str) -> None:
        """Notes why this draft cannot be stored."""
        self.errors.setdefault(key, []).append(sentence)

    def now(self, key: str) -> Any:
        """The value the field will have: the new one, else the stored one."""
        return self.values[key] if key in self.values else self.before.get(key)


class Saver:
    """Hooks of the save path. Those that ask the database get whole batches, so that an import costs few queries.

    ``title``, ``derive`` and ``belongs_to`` are called for each draft and should ask nothing. ``act`` is the open act,
    for a saver that changes other records, too.
    """

    act: "Act | None" = None

    def __init__(self, spec: "ObjectSpec", actor: Actor, locale: Locale) -> None:
        self.spec, self.actor, self.locale = spec, actor, locale

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Completes values before they are compared with the stored ones (shortcuts, defaults)."""

    def check(self, drafts: Sequence[Draft]) -> None:
        """Looks for reasons to refuse drafts: rules over several fields, uniqueness."""

    def match_key(self, key: str, value: Any) -> str:
        """The form in which two values of a field are compared when an import looks for records ("" for none)."""
        field = self.spec.by_key[key]
        folds = isinstance(field, Text) and (field.path == "title" or field.folded)
        return fold(value) if folds else str(value)

    def match(self, key: str, wanted: Collection[str]) -> dict[str, list[int]]:
        """Ids of live records by :meth:`match_key` of the field ``key`` (or of the title); one query, no rights."""
        field = self.spec.by_key.get(key)
        rows = self.spec.model._default_manager.filter(live=True)
        if field is None or field.path == "title":
            source: Any = "title_key"
            rows = rows.filter(among("title_key", wanted))
        else:
            source = field.source()
            plain = isinstance(source, str)
            rows = rows.filter(Q(**{f"{source}__in": wanted}) if plain else field.lookup("in", wanted))
        found: dict[str, list[int]] = {}
        for pk, value in rows.order_by("pk").values_list("pk", source):
            found.setdefault(str(value), []).append(pk)
        return found

    def title(self, draft: Draft) -> str:
        """What people will call the record."""
        return str(draft.instance.title)

    def derive(self, draft: Draft) -> tuple[str, ...]:
        """Sets columns that follow from the values; returns their names."""
        return ()

    def unite(self, values: dict[str, Any], given: Mapping[int, Mapping[str, Any]], taken: Mapping[str, int]) -> None:
        """When several records become one: brings the values it will have into agreement.

        ``given`` are the values of each of them, ``taken`` whose value of a field it takes, the first of them being the
        one that stays.
        """

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        """Ids of other records on whose timelines the event shall stand."""
        return ()

    def stands_at(self, draft: Draft) -> datetime.datetime | None:
        """Where the event of a new record stands on timelines of others (UTC), if not at the moment it is written."""
        return draft.stands_at

    def stored(self, drafts: Sequence[Draft]) -> None:
        """Called when the rows are in the table, inside the transaction."""

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        """Before records leave the trash: ``{id: sentence}`` for those that may not."""
        return {}

    def keep_unique(self) -> int:
        """The rule that switches uniqueness on holds again: notes what is unique among all live records.

        Returns how many values occur twice; if there are any, nothing is noted.
        """
        return 0

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        """After records went to the trash or came back: frees or takes what is unique among live rows."""
