"""Several links of which each says what the other record is there: “Consultant” between a person and a company."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import link_rows
from rapport.core.fields.base import Carry, Field, FormData, Locale, Titles
from rapport.core.fields.cell import Cell
from rapport.core.fields.choice import Choice, Option
from rapport.core.fields.link import Target
from rapport.core.fields.links import MOST_LINKS, Links, numbers_in
from rapport.core.fields.text import Text
from rapport.core.records.models import LABEL_LIMIT, TITLE_LIMIT
from rapport.lib.text import clean_line, fold

LABEL = "label"  # what stands behind the point in a filter
_LABELLED = re.compile(r"(?P<name>.*?)\s*\[(?P<label>[^\[\]]*)\]\Z", re.DOTALL)


@dataclass(frozen=True, eq=False)
class OfLabels(Field):
    """A filter on the labels of a field's links: one of them meeting it is enough. Of links to records of the kind
    ``to`` only those count that are ``seen``, a condition on the row of a link.
    """

    links: str = ""
    to: str = ""
    seen: Q = Q()  # noqa: RUF009 - never changed

    def lookup(self, name: str, value: Any) -> Q:
        return link_rows.leads(self.links, self.seen, **{f"label__{name}": value})

    def is_missing(self) -> Q:
        return ~link_rows.leads(self.links, self.seen, ~Q(label=""))


@dataclass(frozen=True, eq=False)
class LabelChoice(OfLabels, Choice):
    """The labels of links, where they are options."""


@dataclass(frozen=True, eq=False)
class LabelWords(OfLabels, Text):
    """The labels of links, where they are any words."""


@dataclass(frozen=True, eq=False)
class LabelledLinks(Links):
    """Links to records of the kind ``to``, each once, with a label: one of ``options``, or any words without options.

    Its value is a list of ``{"id", "label"}``, or of :class:`Target` where the titles are at hand; before it is stored
    a ``title`` may stand for the id. Text is ``Hexa [Consultant]; Acme``, with numbers or titles.
    """

    options: tuple[Option, ...] = ()

    type: ClassVar[str] = "labelled_links"
    control: ClassVar[str] = "labelled_links"

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = value.split(";") if isinstance(value, str) else value or []
        ids: dict[int, str] = {}
        titles: dict[str, tuple[str, str]] = {}
        for part in parts:
            name, label = self._parted(part)
            numbers = numbers_in(name)
            for number in numbers or ():
                ids[number] = ids.get(number) or label
            if numbers is None and (title := clean_line(str(name), TITLE_LIMIT)):
                titles.setdefault(fold(title) or title, (title, label))
        if len(ids) + len(titles) > MOST_LINKS:
            raise ValueError(_("at most %(most)s records can be linked here.") % {"most": MOST_LINKS})
        named = [{"title": title, "label": label} for title, label in titles.values()]
        return [*({"id": number, "label": label} for number, label in sorted(ids.items())), *named]

    def _parted(self, part: Any) -> tuple[Any, str]:
        """What a part of a value leads to, and its label. ValueError for one that is no option."""
        if isinstance(part, Mapping):
            return part.get("id") or part.get("title", ""), self.label_key(str(part.get("label") or ""))
        if isinstance(part, Target):
            return part.id, self.label_key(part.label)
        found = _LABELLED.match(part.strip()) if isinstance(part, str) else None
        return (found["name"], self.label_key(found["label"])) if found else (part, "")

    def label_key(self, text: str) -> str:
        """A label as it is stored: the key of an option, or the words where there are no options."""
        text = clean_line(text, LABEL_LIMIT)
        if not text or not self.options or any(text == option.key for option in self.options):
            return text
        if found := next((one.key for one in self.options if fold(str(one.label)) == fold(text)), ""):
            return found
        known = ", ".join(str(one.label) for one in self.options if not one.is_archived)
        raise ValueError(_("“%(value)s” is not one of: %(known)s.") % {"value": text, "known": known})

    def label_words(self, label: str) -> str:
        """A stored label as it is read."""
        return next((str(one.label) for one in self.options if one.key == label), label)

    def part(self, name: str) -> Field | None:
        """What filters ask of the labels alone: a choice, or words where there are no options. None for other names."""
        if name != LABEL:
            return None
        label = _("%(field)s: label") % {"field": self.label}
        if self.options:
            return LabelChoice(f"{self.key}.{LABEL}", label, options=self.options, links=self.key, to=self.to)
        return LabelWords(f"{self.key}.{LABEL}", label, limit=LABEL_LIMIT, links=self.key, to=self.to)

    def offered(self, label: str = "") -> list[tuple[str, Any]]:
        """The labels to choose from; of archived ones that which a link has."""
        return [(one.key, one.label) for one in self.options if not one.is_archived or one.key == label]

    def from_form(self, data: FormData) -> Any:
        """The ids that are ticked, and what was chosen or typed besides, each with what stands beside it."""
        key = self.key
        given = [
            {"id": text, "label": data.get(f"{key}_label_{text}", "")} for text in data.getlist(key) if text.strip()
        ]
        added = data.get(f"{key}_add", "") or data.get(f"{key}_add_text", "")
        return [*given, {"id": added, "label": data.get(f"{key}_add_label", "")}] if added.strip() else given

    def form_value(self, value: Any, locale: Locale) -> Any:
        return [
            {"id": str(self.number(item)), "title": self.title(item), "label": self.said(item)} for item in value or []
        ]

    def to_text(self, value: Any) -> str:
        return ";".join(self._with_label(str(self.number(item) or self.wanted(item)), item) for item in value or [])

    def to_titles(self, value: Any) -> str:
        return "; ".join(self._with_label(self.title(item).replace(";", ","), item) for item in value or [])

    def _with_label(self, name: str, item: Any) -> str:
        words = self.label_words(self.said(item)).replace(";", ",").replace("[", "(").replace("]", ")")
        # A title that ends like a label would be read as one.
        return f"{name} [{words}]" if words or name.endswith("]") else name

    def to_json(self, value: Any) -> Any:
        return [self._stored(item) for item in value or []]

    def _stored(self, item: Any) -> dict[str, Any]:
        number = self.number(item)
        return {"id": number, "label": self.said(item)} if number else dict(item)

    def json_item(self, item: Any) -> dict[str, Any]:
        return {"id": self.number(item), "label": self.label_words(self.said(item))}

    def items(self, value: Any) -> list[link_rows.Item]:
        return [(self.number(item), self.said(item)) for item in value or []]

    def placed(self, item: Any, number: int) -> Any:
        return {"id": number, "label": self.said(item)}

    @staticmethod
    def said(item: Any) -> str:
        """What is said of a link."""
        return item.label if isinstance(item, Target) else item.get("label") or ""

    def show(self, value: Any, locale: Locale) -> Cell:
        cell = super().show(value, locale)
        notes = tuple(self.label_words(self.said(item)) for item in value)
        words = (f"{title} ({note})" if note else title for title, note in zip(cell.items, notes, strict=True))
        return cell._replace(text=", ".join(words), notes=notes)

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        found: dict[int, str] = {}
        for number, label in self.items(value):
            new = moves.get(number, number)
            found[new] = found.get(new) or label
        return [{"id": number, "label": label} for number, label in sorted(found.items())]

    def carried(self, value: Any, here: Carry) -> Any:
        found = [{**item, "id": here(self.table, item["id"])} for item in value or []]
        return [item for item in found if item["id"] is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        named = [Target(n, titles.get((self.table, n), ""), label) for n, label in self.items(value)]
        return self.cell(named, locale)

    def from_json(self, value: Any) -> Sequence[Any]:
        return [dict(item) for item in value or []]
