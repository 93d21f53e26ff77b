"""A postal address in five columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, FormData, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.core.fields.text import Text
from rapport.lib.search_words import common_words
from rapport.lib.text import clean_line

PARTS: dict[str, str | Promise] = {
    "street": gettext_lazy("Street"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country"),
}
_LIMIT = 200


@dataclass(frozen=True, eq=False)
class Address(Field):
    """Street, postcode, city, region and country, in the columns (or keys of ``custom``) ``<key>_street`` and so on.

    Its value is a dictionary of the parts that are filled. Each part can be filtered as ``address.city``.
    ``indexed`` promises an index of the city.
    """

    privacy: str = "personal"

    type: ClassVar[str] = "address"
    control: ClassVar[str] = "address"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.EMPTY, op.FILLED)
    empty: ClassVar[Any] = {}

    def part(self, name: str) -> Text | None:
        """A field for one part, or None if there is no such part."""
        if name not in PARTS:
            return None
        if self.custom:
            return Text(f"{self.key}_{name}", PARTS[name], custom=True, limit=_LIMIT)
        return Text(f"{self.key}.{name}", PARTS[name], column=f"{self.column or self.key}_{name}", limit=_LIMIT,
                    indexed=self.indexed and name == "city")  # fmt: skip

    def parts(self) -> list[Text]:
        """The fields of all five parts."""
        return self._parts

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        return tuple(part.path for part in self._parts)

    @cached_property
    def _parts(self) -> list[Text]:
        return [part for name in PARTS if (part := self.part(name))]

    def search_words(self, value: Any) -> Sequence[str]:
        return common_words(" ".join(value.values()))

    def source(self) -> Any:
        return self.parts()[list(PARTS).index("city")].source()

    def select(self) -> tuple[Any, ...]:
        return tuple(part.source() for part in self.parts())

    def load(self, parts: Sequence[Any]) -> Any:
        return {name: part for name, part in zip(PARTS, parts, strict=True) if part}

    def get(self, instance: Any) -> Any:
        return self.load([part.get(instance) for part in self.parts()])

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        for name, part in zip(PARTS, self._parts, strict=True):
            if self.custom:
                part.set(instance, value.get(name, ""))
            else:
                setattr(instance, part.path, value.get(name, ""))
        return ("custom",) if self.custom else self._columns

    def is_empty(self, value: Any) -> bool:
        return not value

    def from_text(self, text: str, locale: Locale) -> Any:
        """Reads “street; postcode; city; region; country”; a text without semicolons is the street."""
        return self.accept(dict(zip(PARTS, text.split(";"), strict=False)), locale)

    def accept(self, value: Any, locale: Locale) -> Any:
        if not isinstance(value, Mapping):
            return super().accept(value, locale)
        if unknown := set(value) - set(PARTS):
            raise ValueError(_("an address has no part “%(part)s”.") % {"part": min(unknown)})
        cleaned = {name: clean_line(str(value.get(name) or ""), _LIMIT) for name in PARTS}
        return {name: part for name, part in cleaned.items() if part}

    def to_text(self, value: Any) -> str:
        return "; ".join((value or {}).get(name, "").replace(";", ",") for name in PARTS).rstrip("; ")

    def from_form(self, data: FormData) -> Any:
        return {name: data.get(f"{self.key}.{name}", "") for name in PARTS}

    def in_form(self, data: Mapping[str, Any]) -> bool:
        return any(f"{self.key}.{name}" in data for name in PARTS)

    def form_value(self, value: Any, locale: Locale) -> Any:
        return {name: (value or {}).get(name, "") for name in PARTS}

    def show(self, value: Any, locale: Locale) -> Cell:
        town = " ".join(filter(None, (value.get("postcode"), value.get("city"))))
        lines = filter(None, (value.get("street"), town, value.get("region"), value.get("country")))
        return Cell(", ".join(lines), shape="text")

    def is_missing(self) -> Q:
        missing = Q()
        for part in self.parts():
            missing &= part.is_missing()
        return missing

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        wanted = clean_line(value, _LIMIT)
        if not wanted:
            raise ValueError(_("give a value to compare with."))
        found = Q()
        for part in self.parts():
            found |= part.lookup("icontains", wanted)
        return found
