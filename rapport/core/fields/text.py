"""Text on one line, and long text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.lib.search_words import words
from rapport.lib.text import clean_block, clean_line, fold, shorten

_ON_FOLDED = {"contains": "contains", "starts": "startswith", "is": "exact", "not": "exact"}


@dataclass(frozen=True, eq=False)
class Text(Field):
    """One line of text. ``folded`` names a column that holds it folded: filters and sorting use that one."""

    limit: int = 200
    folded: str = ""

    type: ClassVar[str] = "text"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.IS, op.NOT, op.STARTS, op.EMPTY, op.FILLED)

    def source(self) -> Any:
        return self.folded or super().source()

    def select(self) -> tuple[Any, ...]:
        return (super().source(),) if not self.folded else (self.path,)

    @property
    def weight(self) -> int:
        return self.search or (3 if self.custom else 0)

    def from_text(self, text: str, locale: Locale) -> str:
        return clean_line(text, self.limit)

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if self.folded and operator.key in _ON_FOLDED:
            wanted = {f"{self.folded}__{_ON_FOLDED[operator.key]}": fold(self.to_operand(value, locale))}
            # Not empty: the folded column may hold something to sort by where the field itself has no value.
            found = Q(**wanted) & ~self.is_missing()
            return ~found if operator is op.NOT else found
        if operator in (op.CONTAINS, op.STARTS):
            operand = self.to_operand(value, locale)
            return self.lookup("icontains" if operator is op.CONTAINS else "istartswith", operand)
        return super().compare(operator, value, locale)


@dataclass(frozen=True, eq=False)
class LongText(Text):
    """Text of several lines, kept as written."""

    limit: int = 20_000

    type: ClassVar[str] = "long_text"
    control: ClassVar[str] = "textarea"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.EMPTY, op.FILLED)

    def from_text(self, text: str, locale: Locale) -> str:
        return clean_block(text, self.limit)

    def search_words(self, value: Any) -> Sequence[str]:
        return words(value)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(shorten(value, 120), shape="block", hint=value)
