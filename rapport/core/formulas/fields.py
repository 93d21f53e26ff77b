"""Fields whose values are formulas: on every surface like the type of what comes out, but nobody can type into them."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q
from django.db.models.lookups import Exact, IsNull
from django.utils.translation import get_language

from rapport.accounts import workspace
from rapport.core.fields import Date, Decimal, Field, Locale, Moment, Money, Percent, Text, YesNo
from rapport.core.fields.base import LOOKUPS
from rapport.core.fields.money import Amount
from rapport.core.formulas import evaluating, rules
from rapport.core.formulas.checking import check
from rapport.core.formulas.program import Computed, Node, Program
from rapport.core.formulas.reading import CURRENCY, VALUE
from rapport.core.formulas.sql import FormulaSql
from rapport.core.formulas.tree import FormulaError, Kind, Part
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.computing import rounded

_LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # the minute of formulas that ask for none


@dataclass(frozen=True, eq=False, kw_only=True)
class Formula(Field, Computed):
    """A field of the object ``kind`` with the value of ``expression``.

    Where the expression has lost its meaning (a field that it reads has gone), all values are empty.
    """

    kind: str = ""
    expression: str = ""
    read_only: bool = True

    nullable: ClassVar[bool] = True
    empty: ClassVar[Any] = None

    @cached_property
    def program(self) -> Program | None:
        """What is computed; None where the expression has lost its meaning."""
        try:
            found = check(self.expression, registry.get(self.kind), path=(self,))
        except FormulaError:
            return None
        return found if found.kind is self.result else None

    @property
    def uses(self) -> frozenset[tuple[str, str]]:
        return self.program.uses if self.program else frozenset()

    @property
    def looks_at(self) -> frozenset[str]:
        return self.program.looks_at if self.program else frozenset()

    @cached_property
    def root(self) -> Node:
        """The last step: the form in which the value is shown."""
        return self.finished(self.program.root) if self.program else Node("nothing", self.result)

    @property
    def result(self) -> Kind:
        """What comes out."""
        return _KINDS[self.type]

    def finished(self, root: Node) -> Node:
        """``root`` with what a type does to it at last."""
        return root

    def expressed(self, part: str = VALUE) -> Any:
        """The value in SQL, for this minute and this reader."""
        needs_clock = self.program is not None and self.program.needs_clock
        now = clock.now().replace(second=0, microsecond=0) if needs_clock else _LONG_AGO
        at = evaluating.Circumstances(now, workspace.current().time_zone, get_language() or "")
        return FormulaSql(self.root, at, part)

    def source(self) -> Any:
        return self.expressed()

    def select(self) -> tuple[Any, ...]:
        return (self.expressed(),)

    def load(self, parts: Sequence[Any]) -> Any:
        return parts[0]

    def get(self, instance: Any) -> Any:
        """Asks the database, for nothing of it is kept on the record."""
        rows = type(instance)._default_manager.filter(pk=instance.pk)
        found = rows.values_list(*self.select()).first()
        return self.load(found) if found else self.empty

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        return ()

    @property
    def weight(self) -> int:
        return 0  # what is computed is not searched: it changes without a save

    def lookup(self, name: str, value: Any) -> Q:
        return Q(LOOKUPS[name](self.source(), value))

    def is_missing(self) -> Q:
        return Q(IsNull(self.source(), True))


@dataclass(frozen=True, eq=False, kw_only=True)
class NumberFormula(Formula, Decimal):
    """A number, rounded to the places that are shown: what is seen is what is compared and summed."""

    places: int = 2

    def finished(self, root: Node) -> Node:
        return Node("round", Kind.NUMBER, (root,), self.places)

    def load(self, parts: Sequence[Any]) -> Any:
        return None if parts[0] is None else self.from_json(parts[0])

    def to_operand(self, value: str, locale: Locale) -> Any:
        return float(super().to_operand(value, locale))


@dataclass(frozen=True, eq=False, kw_only=True)
class PercentFormula(NumberFormula, Percent):
    """A share in percent: 0.125 is shown as 12.5 %."""

    def finished(self, root: Node) -> Node:
        return super().finished(rules.apply(Part("*", 0), [root, rules.number(100)]))


@dataclass(frozen=True, eq=False, kw_only=True)
class MoneyFormula(Formula, Money):
    """An amount of money."""

    def select(self) -> tuple[Any, ...]:
        return (self.expressed(), self.expressed(CURRENCY))

    def load(self, parts: Sequence[Any]) -> Any:
        return None if parts[0] is None else Amount(int(rounded(parts[0], 0)), parts[1])

    def holding(self, name: str, amount: Amount) -> Q:
        return self.lookup(name, float(amount.minor)) & Q(Exact(self.expressed(CURRENCY), amount.currency))


@dataclass(frozen=True, eq=False, kw_only=True)
class TextFormula(Formula, Text):
    """A text."""

    nullable: ClassVar[bool] = False
    empty: ClassVar[Any] = ""

    def is_missing(self) -> Q:
        return self.lookup("exact", "")


@dataclass(frozen=True, eq=False, kw_only=True)
class YesNoFormula(Formula, YesNo):
    """Yes or no."""

    nullable: ClassVar[bool] = False
    empty: ClassVar[Any] = False

    def load(self, parts: Sequence[Any]) -> Any:
        return bool(parts[0])


@dataclass(frozen=True, eq=False, kw_only=True)
class DateFormula(Formula, Date):
    """A day."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MomentFormula(Formula, Moment):
    """A point in time, to the second."""


def depending(kind: str, key: str) -> Iterator[Formula]:
    """The formulas of all objects that read a field."""
    for spec in registry.every():
        for field in spec.all_fields:
            if isinstance(field, Formula) and (kind, key) in field.uses:
                yield field


FORMS: Mapping[str, type[Formula]] = {
    "number": NumberFormula, "percent": PercentFormula, "money": MoneyFormula, "text": TextFormula,
    "yes_no": YesNoFormula, "date": DateFormula, "moment": MomentFormula,
}  # fmt: skip
_KINDS = {
    "decimal": Kind.NUMBER, "percent": Kind.NUMBER, "money": Kind.MONEY, "text": Kind.TEXT,
    "yes_no": Kind.YES_NO, "date": Kind.DATE, "moment": Kind.MOMENT,
}  # fmt: skip


def formula(kind: str, expression: str, form: str, *, places: int = 2, **common: Any) -> Formula:
    """The field with a formula; ``form`` is what comes out: a kind of value, or ``percent``."""
    if form in ("number", "percent"):
        return FORMS[form](kind=kind, expression=expression, places=places, **common)  # type: ignore[call-arg]
    return FORMS[form](kind=kind, expression=expression, **common)
