"""What an activity is about, as a field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.activities.models import ActivityLink
from rapport.core.fields import Cell, ChildField, Locale
from rapport.core.fields.base import Carry, Titles
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import Record
from rapport.lib.prepared import Prepared

_STORED = Prepared(
    lambda: (
        ActivityLink.objects.filter(activity_id__in=listed_later("activities"))
        .order_by("record_id")
        .values_list("activity_id", "record_id")
    )
)


@dataclass(frozen=True, eq=False)
class About(ChildField):
    """Ids of the records an activity is about."""

    type: ClassVar[str] = "about"
    control: ClassVar[str] = "records"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value or []
        ids = []
        for part in parts:
            if not str(part).isdecimal() or len(str(part)) > 18:
                raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": part})
            ids.append(int(part))
        return sorted(set(ids))

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def to_text(self, value: Any) -> str:
        return ",".join(str(record_id) for record_id in value or [])

    def show(self, value: Any, locale: Locale) -> Cell:
        titles = Record.objects.filter(pk__in=value).values_list("title", flat=True)
        return Cell(", ".join(titles), shape="tags", items=tuple(titles))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [("record", record_id) for record_id in value or []]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        return Q(pk__in=ActivityLink.objects.filter(record_id__in=ids).values("activity_id"))

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        return sorted({moves.get(record_id, record_id) for record_id in value})

    def carried(self, value: Any, here: Carry) -> Any:
        found = [here("record", item["id"]) for item in value or []]
        return [number for number in found if number is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        names = tuple(titles.get(("record", record_id), f"#{record_id}") for record_id in value or [])
        return Cell(", ".join(names), shape="tags", items=names)

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[int]] = defaultdict(list)
        for activity_id, record_id in _STORED(activities=as_value(record_ids)):
            found[activity_id].append(record_id)
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            ActivityLink.objects.filter(activity_id__in=changed).delete()
        links = [(instance.pk, record_id) for instance, _before, ids in pairs for record_id in ids]
        rows.insert(ActivityLink, ("activity_id", "record_id"), links)

    def is_missing(self) -> Q:
        return ~Q(pk__in=ActivityLink.objects.values("activity_id"))
