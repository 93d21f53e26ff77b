"""Tags on a record, as a field."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Locale, join_values, split_values
from rapport.core.fields.cell import Cell
from rapport.core.fields.child import ChildField
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.known import as_value, listed_later
from rapport.core.tags.models import Tag, TagLink
from rapport.lib.prepared import Prepared
from rapport.lib.search_words import common_words
from rapport.lib.text import clean_line, fold

TAG_LIMIT = 60  # characters of one tag
MOST_TAGS = 200  # on one record
_NAMES = Prepared(
    lambda: (
        TagLink.objects.filter(record_id__in=listed_later("records"))
        .order_by("tag__key")
        .values_list("record_id", "tag__name")
    )
)


@dataclass(frozen=True, eq=False)
class Tags(ChildField):
    """The tags of a record, by name, in alphabetical order. Unknown tags are made on the way."""

    type: ClassVar[str] = "tags"
    control: ClassVar[str] = "tags"
    operators: ClassVar[tuple[Operator, ...]] = (op.HAS_ANY, op.HAS_ALL, op.HAS_NONE, op.EMPTY, op.FILLED)

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = split_values(value.replace(";", ",")) if isinstance(value, str) else value or []
        by_key: dict[str, str] = {}
        for part in parts:
            name = clean_line(str(part), TAG_LIMIT)
            if name:
                # The key must fit its column, too: “ß” is folded to “ss”.
                by_key.setdefault(clean_line(fold(name), TAG_LIMIT), name)
        if len(by_key) > MOST_TAGS:
            raise ValueError(_("a record carries at most %(most)s tags.") % {"most": MOST_TAGS})
        return sorted(by_key.values(), key=fold)

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def form_value(self, value: Any, locale: Locale) -> Any:
        return join_values(value or []).replace(",", ", ").replace("\\, ", "\\,")

    def to_text(self, value: Any) -> str:
        return join_values(value or [])

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[str]] = defaultdict(list)
        for record_id, name in _NAMES(records=as_value(record_ids)):
            found[record_id].append(name)
        return found

    def settle_many(self, values: Sequence[Any]) -> Sequence[Any]:
        """Tags that exist keep the spelling they have: “vip” joins “VIP”."""
        keys = {fold(name) for names in values for name in names}
        known = dict(Tag.objects.filter(key__in=keys).values_list("key", "name")) if keys else {}
        first: dict[str, str] = {}
        return [
            [known.get(key) or first.setdefault(key, name) for name in names for key in [fold(name)]]
            for names in values
        ]

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        names = {fold(name): name for _instance, _before, after in pairs for name in after}
        Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in names.items()], ignore_conflicts=True)
        ids = dict(Tag.objects.filter(key__in=list(names)).values_list("key", "pk"))
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            TagLink.objects.filter(record_id__in=changed).delete()
        links = [(instance.pk, ids[fold(name)]) for instance, _before, after in pairs for name in after]
        rows.insert(TagLink, ("record_id", "tag_id"), links)

    def search_words(self, value: Any) -> Sequence[str]:
        return common_words(" ".join(value))

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(", ".join(value), shape="tags", items=tuple(value))

    def is_missing(self) -> Q:
        return ~Q(pk__in=TagLink.objects.values("record_id"))

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        keys = [fold(part) for part in split_values(value)]
        if not keys:
            raise ValueError(_("choose at least one value."))
        links = TagLink.objects.values("record_id")
        if operator is op.HAS_ALL:
            found = Q()
            for key in keys:
                found &= Q(pk__in=links.filter(tag__key=key))
            return found
        found = Q(pk__in=links.filter(tag__key__in=keys))
        return ~found if operator is op.HAS_NONE else found
