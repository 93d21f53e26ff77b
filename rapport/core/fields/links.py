"""Several links: a field that names any number of records of one kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import link_rows
from rapport.core.fields import operators as op
from rapport.core.fields.base import Carry, FormData, Locale, Text_, Titles, split_values
from rapport.core.fields.cell import Cell
from rapport.core.fields.child import ChildField
from rapport.core.fields.link import Target
from rapport.core.fields.operators import Operator
from rapport.core.records.aliases import currents
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import TITLE_LIMIT, RecordLink
from rapport.lib.prepared import Prepared, hole
from rapport.lib.text import clean_line, fold

_LINKED = Prepared(
    lambda: (
        RecordLink.objects.filter(from_record_id__in=listed_later("records"), field_key=hole("field"))
        .order_by("to_record_id")
        .values_list("from_record_id", "to_record_id", "to_record__title", "label")
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
    reverse: Text_ = ""
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
            known = numbers_in(part)
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
        return [item if isinstance(item, str) else self.number(item) for item in value or []]

    def numbers(self, value: Any) -> list[Any]:
        """The ids of the linked records."""
        return [self.number(item) for item in value or []]

    @staticmethod
    def number(item: Any) -> Any:
        """The id of a linked record; None for a title that has not become one yet."""
        if isinstance(item, Mapping):
            return item.get("id")
        return item.id if isinstance(item, Target) else None if isinstance(item, str) else item

    @staticmethod
    def wanted(item: Any) -> str:
        """The title of a record that is only named."""
        return str(item["title"] if isinstance(item, Mapping) else item)

    def placed(self, item: Any, number: int) -> Any:
        """An item as it is stored, with the id of what it names."""
        return number

    def json_item(self, item: Any) -> dict[str, Any]:
        """An item for readers of JSON."""
        return {"id": self.number(item)}

    def title(self, item: Any) -> str:
        """What a linked record is called, as far as that is at hand."""
        return item.title if isinstance(item, Target) and item.title else f"#{self.number(item)}"

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[Target]] = defaultdict(list)
        for record_id, to_id, title, label in _LINKED(records=as_value(record_ids), field=self.key):
            found[record_id].append(Target(to_id, title, label))
        return found

    def get(self, instance: Any) -> Any:
        return self.to_json(super().get(instance))

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        link_rows.write(self.key, [(one.pk, before, self.items(after)) for one, before, after in pairs])

    def items(self, value: Any) -> list[link_rows.Item]:
        """Where a value leads, and what is said of each link."""
        return [(number, "") for number in self.numbers(value)]

    def show(self, value: Any, locale: Locale) -> Cell:
        titles = tuple(self.title(item) for item in value)
        return Cell(", ".join(titles), shape="links", items=titles, hrefs=tuple(f"/r/{n}" for n in self.numbers(value)))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [(self.table, number) for number in self.numbers(value)]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        return self.in_ids(ids) if self.to == kind else None

    @property
    def choose_url(self) -> str:
        """Where a combobox finds what can be linked; empty where nothing can be chosen from."""
        return f"/choose/{self.to}" if self.to else ""

    def takes(self) -> Q:
        """The condition on records that may be linked anew, besides being seen."""
        return Q()

    def in_ids(self, ids: Any) -> Q:
        """The condition of naming one of these."""
        return Q(pk__in=link_rows.leading(self.key, ids))

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        return sorted({moves.get(number, number) for number in self.to_json(value)})

    def carried(self, value: Any, here: Carry) -> Any:
        found = [here(self.table, item["id"]) for item in value or []]
        return [number for number in found if number is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        named = [Target(number, titles.get((self.table, number), "")) for number in self.to_json(value)]
        return self.cell(named, locale)

    def is_missing(self) -> Q:
        return ~link_rows.leads(self.key)

    def named(self, operator: Operator, value: str, locale: Locale, most: int) -> list[int] | None:
        if operator is op.HAS_NONE:
            return None
        try:
            ids = self._meant(value)
        except ValueError:
            return None  # said when the condition is compiled
        return link_rows.few(self.key, ids, most)

    def _meant(self, value: str) -> list[int]:
        """The ids that a filter names."""
        ids = [number for part in split_values(value) for number in numbers_in(part) or _no_number(part)]
        if not ids:
            raise ValueError(_("choose at least one value."))
        moved = currents(ids)
        return [moved.get(number, number) for number in ids]

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        ids = self._meant(value)
        if operator is op.HAS_ALL:
            found = Q()
            for number in ids:
                found &= link_rows.leads(self.key, to_record_id=number)
            return found
        found = link_rows.leads(self.key, to_record_id__in=ids)
        return ~found if operator is op.HAS_NONE else found


def numbers_in(part: Any) -> list[int] | None:
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
