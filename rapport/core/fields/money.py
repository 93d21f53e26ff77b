"""Money: integer minor units and a currency, never a float."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.db.models import Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, FormData, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.json_key import JsonKey
from rapport.core.fields.number import split_range
from rapport.core.fields.operators import Operator
from rapport.lib.money import CURRENCIES, digits, format_amount, parse_amount


class Amount(NamedTuple):
    """``minor`` units (cents for EUR, whole yen for JPY) of ``currency`` (ISO 4217)."""

    minor: int
    currency: str


@dataclass(frozen=True, eq=False)
class Money(Field):
    """An amount of money in the columns ``<key>_minor`` and ``<key>_currency``.

    Filters and sorting compare minor units of one currency: a bare number means the workspace's currency,
    ``100 USD`` means dollars; amounts in other currencies never match.
    """

    type: ClassVar[str] = "money"
    control: ClassVar[str] = "money"
    operators: ClassVar[tuple[Operator, ...]] = (
        op.IS, op.ABOVE, op.BELOW, op.FROM, op.TO, op.BETWEEN, op.EMPTY, op.FILLED,
    )  # fmt: skip
    json_kind: ClassVar[str] = "integer"
    empty: ClassVar[Any] = None
    nullable: ClassVar[bool] = True
    numeric: ClassVar[bool] = True

    @property
    def path(self) -> str:
        return f"{self.column or self.key}_minor"

    @property
    def currency_path(self) -> str:
        """Column of the currency."""
        return f"{self.column or self.key}_currency"

    @property
    def currency_key(self) -> str:
        """Key of the currency inside ``custom``, beside the minor units under the field's own."""
        return f"{self.key}_currency"

    def select(self) -> tuple[Any, ...]:
        if self.custom:
            return (JsonKey(self.key, "integer"), JsonKey(self.currency_key))
        return (self.path, self.currency_path)

    def load(self, parts: Sequence[Any]) -> Any:
        return None if parts[0] is None else Amount(parts[0], parts[1])

    def get(self, instance: Any) -> Any:
        if self.custom:
            return self.load([instance.custom.get(self.key), instance.custom.get(self.currency_key)])
        minor = getattr(instance, self.path)
        return None if minor is None else Amount(minor, getattr(instance, self.currency_path))

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        if self.custom:
            instance.custom.pop(self.key, None)
            instance.custom.pop(self.currency_key, None)
            if value:
                instance.custom |= {self.key: value.minor, self.currency_key: value.currency}
            return ("custom",)
        setattr(instance, self.path, value.minor if value else None)
        setattr(instance, self.currency_path, value.currency if value else "")
        return (self.path, self.currency_path)

    def from_text(self, text: str, locale: Locale) -> Any:
        text = text.strip()
        if not text:
            return None
        head, tail = text[:3].upper(), text[-3:].upper()
        currency = tail if tail in CURRENCIES else head if head in CURRENCIES else locale.currency
        number = text[:-3] if tail in CURRENCIES else text[3:] if head in CURRENCIES else text
        return Amount(parse_amount(number, currency), currency)

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, Mapping):
            value = (value.get("minor"), value.get("currency"))
        if isinstance(value, Sequence) and len(value) == 2 and isinstance(value[0], int):
            if abs(value[0]) >= 10**18:
                raise ValueError(_("the number is too large."))
            if value[1] not in CURRENCIES:
                raise ValueError(_("“%(currency)s” is not a currency.") % {"currency": value[1]})
            return Amount(value[0], value[1])
        return super().accept(value, locale)

    def to_text(self, value: Any) -> str:
        if value is None:
            return ""
        places = digits(value.currency)
        sign, number = ("-" if value.minor < 0 else ""), str(abs(value.minor)).rjust(places + 1, "0")
        plain = f"{number[:-places]}.{number[-places:]}" if places else number
        return f"{sign}{plain} {value.currency}"

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"minor": value.minor, "currency": value.currency}

    def from_json(self, value: Any) -> Any:
        return None if value is None else Amount(value["minor"], value["currency"])

    def from_form(self, data: FormData) -> Any:
        number, currency = str(data.get(self.key, "")).strip(), str(data.get(f"{self.key}_currency", "")).strip()
        return f"{number} {currency}".strip() if number else ""

    def form_value(self, value: Any, locale: Locale) -> Any:
        number, _space, currency = self.to_text(value).partition(" ")
        return {"number": number, "currency": currency or locale.currency}

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(format_amount(value.minor, value.currency, locale.language), shape="number")

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if operator is op.BETWEEN:
            low, high = split_range(value)
            return self.compare(op.FROM, low, locale) & self.compare(op.TO, high, locale)
        if not value.strip():
            raise ValueError(_("give a value to compare with."))
        amount = self.from_text(value, locale)
        name = {"is": "exact", "above": "gt", "below": "lt", "from": "gte", "to": "lte"}[operator.key]
        return self.holding(name, amount)

    def holding(self, name: str, amount: Amount) -> Q:
        """The condition that the value is in the currency of ``amount``, and exact, gt, lt, gte or lte beside it."""
        if self.custom:
            return self.lookup(name, amount.minor) & Q(Exact(JsonKey(self.currency_key), amount.currency))
        return Q(**{f"{self.path}__{name}": amount.minor, self.currency_path: amount.currency})
