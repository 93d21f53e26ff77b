"""Whole numbers and decimal numbers."""

import decimal
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.lib.numbers import parse_decimal, parse_integer
from rapport.lib.wording import grouped

_OPERATORS = (op.IS, op.NOT, op.ABOVE, op.BELOW, op.FROM, op.TO, op.BETWEEN, op.EMPTY, op.FILLED)


def split_range(value: str) -> tuple[str, str]:
    """``1..5`` becomes its two ends."""
    low, dots, high = value.partition("..")
    if not dots or not low.strip() or not high.strip():
        raise ValueError(_("write both ends as “1..5”."))
    return low, high


@dataclass(frozen=True, eq=False)
class Integer(Field):
    """A whole number of at most 18 digits."""

    minimum: int | None = None
    maximum: int | None = None

    type: ClassVar[str] = "integer"
    operators: ClassVar[tuple[Operator, ...]] = _OPERATORS
    json_kind: ClassVar[str] = "integer"
    empty: ClassVar[Any] = None
    nullable: ClassVar[bool] = True
    numeric: ClassVar[bool] = True

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.accept(parse_integer(text), locale) if text.strip() else None

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return super().accept(value, locale)
        if abs(value) >= 10**18:
            raise ValueError(_("the number is too large."))
        self._bound(value)
        return value

    def _bound(self, value: Any) -> None:
        """ValueError with a sentence for a number outside the bounds."""
        if self.minimum is not None and value < self.minimum:
            raise ValueError(_("must be at least %(limit)s.") % {"limit": self.minimum})
        if self.maximum is not None and value > self.maximum:
            raise ValueError(_("must be at most %(limit)s.") % {"limit": self.maximum})

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if operator is op.BETWEEN:
            low, high = (self.to_operand(end, locale) for end in split_range(value))
            return self.lookup("gte", low) & self.lookup("lte", high)
        return super().compare(operator, value, locale)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(grouped(value), shape="number")


@dataclass(frozen=True, eq=False)
class Decimal(Integer):
    """A decimal number with up to ``places`` digits after the point."""

    places: int = 4

    type: ClassVar[str] = "decimal"
    json_kind: ClassVar[str] = "decimal"

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.accept(parse_decimal(text), locale) if text.strip() else None

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal):
            return Field.accept(self, value, locale)
        number = decimal.Decimal(str(value))
        if not number.is_finite() or abs(number) >= decimal.Decimal(10) ** 14:
            raise ValueError(_("the number is too large."))
        # Plus zero: -0 is written differently by each database, and would break the digest of its event.
        number = number.quantize(decimal.Decimal(1).scaleb(-self.places)) + 0
        self._bound(number)
        return number

    def to_text(self, value: Any) -> str:
        if value is None:
            return ""
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def to_json(self, value: Any) -> Any:
        return None if value is None else float(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else decimal.Decimal(str(value)).quantize(decimal.Decimal(1).scaleb(-self.places))

    def show(self, value: Any, locale: Locale) -> Cell:
        text = self.to_text(value)
        return Cell(text.replace(".", ",") if locale.language == "de" else text, shape="number")
