"""Several links: a field that names any number of records of one kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Carry, FormData, Locale, Titles, split_values
from rapport.core.fields.cell import Cell
from rapport.core.fields.child import ChildField
from rapport.core.fields.link import Target
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.aliases import currents
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import TITLE_LIMIT, RecordLink
from rapport.lib.prepared import Prepared, hole
from rapport.lib.text import clean_line, fold

_LINKED = Prepared(
    lambda: (
        RecordLink.objects.filter(from_record_id__in=listed_later("records"), field_key=hole("field"))
        .order_by("to_record_id")
        .values_list("from_record_id", "to_record_id", "to_record__title")
    )
)

MOST_LINKS = 200  # from one record in one field
MOST_DIGITS = 18


@dataclass(frozen=True, eq=False)
class Links(ChildField):
    """Links to any number of records of the kind ``to``, each once.

    Its value is a list of ids, or of :class:`Target` where the titles are at hand. Text is ids and titles with
    semicolons between; titles become ids in the save path (:mod:`rapport.core.objects.linking`), which knows who asks.
    """

    to: str = ""
    title_path: str = "title"
    mark: str = "link"

    type: ClassVar[str] = "links"
    control: ClassVar[str] = "links"
    operators: ClassVar[tuple[Operator, ...]] = (op.HAS_ANY, op.HAS_ALL, op.HAS_NONE, op.EMPTY, op.FILLED)
    table: ClassVar[str] = "record"

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = value.split(";") if isinstance(value, str) else value or []
        ids: set[int] = set()
        titles: dict[str, str] = {}
        for part in parts:
            known = _ids(part)
            if known is None:
                title = clean_line(str(part), TITLE_LIMIT)
                if title:
                    titles.setdefault(fold(title) or title, title)
            ids |= set(known or ())
        if len(ids) + len(titles) > MOST_LINKS:
            raise ValueError(_("at most %(most)s records can be linked here.") % {"most": MOST_LINKS})
        return [*sorted(ids), *titles.values()]

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def from_form(self, data: FormData) -> Any:
        """The ids that are ticked, and what was chosen or typed besides."""
        added = data.get(f"{self.key}_add", "") or data.get(f"{self.key}_add_text", "")
        return [*data.getlist(self.key), added]

    def form_value(self, value: Any, locale: Locale) -> Any:
        return [{"id": str(self.number(item)), "title": self.title(item)} for item in value or []]

    def to_text(self, value: Any) -> str:
        return ";".join(str(item) for item in self.to_json(value))

    def to_titles(self, value: Any) -> str:
        """The titles as a table shows them; a semicolon within one would part it."""
        return "; ".join(self.title(item).replace(";", ",") for item in value or [])

    def to_json(self, value: Any) -> Any:
        return [self.number(item) for item in value or []]

    @staticmethod
    def number(item: Any) -> Any:
        """The id of a linked record (or a title that has not become one yet)."""
        return item.id if isinstance(item, Target) else item

    @staticmethod
    def title(item: Any) -> str:
        """What a linked record is called, as far as that is at hand."""
        return (item.title or f"#{item.id}") if isinstance(item, Target) else f"#{item}"

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[Target]] = defaultdict(list)
        for record_id, to_id, title in _LINKED(records=as_value(record_ids), field=self.key):
            found[record_id].append(Target(to_id, title))
        return found

    def get(self, instance: Any) -> Any:
        return self.to_json(super().get(instance))

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            RecordLink.objects.filter(from_record_id__in=changed, field_key=self.key).delete()
        made = [(instance.pk, self.key, number) for instance, _before, after in pairs for number in self.to_json(after)]
        rows.insert(RecordLink, ("from_record_id", "field_key", "to_record_id"), made)

    def show(self, value: Any, locale: Locale) -> Cell:
        titles = tuple(self.title(item) for item in value)
        return Cell(", ".join(titles), shape="links", items=titles, hrefs=tuple(f"/r/{n}" for n in self.to_json(value)))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [(self.table, number) for number in self.to_json(value)]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        links = RecordLink.objects.filter(field_key=self.key, to_record_id__in=ids)
        return Q(pk__in=links.values("from_record_id")) if self.to == kind else None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        return sorted({moves.get(number, number) for number in self.to_json(value)})

    def carried(self, value: Any, here: Carry) -> Any:
        found = [here(self.table, item["id"]) for item in value or []]
        return [number for number in found if number is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        named = [Target(number, titles.get((self.table, number), "")) for number in self.to_json(value)]
        return self.cell(named, locale)

    def is_missing(self) -> Q:
        return ~Q(pk__in=RecordLink.objects.filter(field_key=self.key).values("from_record_id"))

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        ids = [number for part in split_values(value) for number in _ids(part) or _no_number(part)]
        if not ids:
            raise ValueError(_("choose at least one value."))
        moved = currents(ids)
        ids = [moved.get(number, number) for number in ids]
        links = RecordLink.objects.filter(field_key=self.key).values("from_record_id")
        if operator is op.HAS_ALL:
            found = Q()
            for number in ids:
                found &= Q(pk__in=links.filter(to_record_id=number))
            return found
        found = Q(pk__in=links.filter(to_record_id__in=ids))
        return ~found if operator is op.HAS_NONE else found


def _ids(part: Any) -> list[int] | None:
    """The ids that a part of the value is, None for a title."""
    if isinstance(part, Target):
        return [part.id]
    if isinstance(part, int) and not isinstance(part, bool):
        return [part]
    text = str(part).strip()
    words = [word.strip() for word in text.split(",")]
    if all(word.isascii() and word.isdecimal() for word in words):
        if any(len(word) > MOST_DIGITS for word in words):
            _no_number(text)
        return [int(word) for word in words]
    return None


def _no_number(text: str) -> list[int]:
    raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": text[:60]})
