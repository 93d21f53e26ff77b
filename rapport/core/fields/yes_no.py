"""Yes or no."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, FormData, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator

_YES = frozenset({"yes", "y", "true", "1", "on", "x", "ja", "j", "wahr", "oui", "si", "sí"})
_NO = frozenset({"no", "n", "false", "0", "off", "", "nein", "falsch", "non"})


@dataclass(frozen=True, eq=False)
class YesNo(Field):
    """Yes or no; a record that was never asked says no."""

    type: ClassVar[str] = "yes_no"
    control: ClassVar[str] = "switch"
    operators: ClassVar[tuple[Operator, ...]] = (op.IS,)
    json_kind: ClassVar[str] = "boolean"
    empty: ClassVar[Any] = False

    def from_text(self, text: str, locale: Locale) -> Any:
        word = text.strip().casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": text})

    def accept(self, value: Any, locale: Locale) -> Any:
        return value if isinstance(value, bool) else super().accept(value, locale)

    def to_text(self, value: Any) -> str:
        return "yes" if value else "no"

    def from_form(self, data: FormData) -> Any:
        # A form sends a hidden “no” before the box, so the last value counts.
        return (data.getlist(self.key) or ["no"])[-1]

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        wanted = self.from_text(value, locale)
        if self.custom and not wanted:
            return ~self.lookup("exact", True) | self.is_missing()
        return self.lookup("exact", wanted)

    def operand_words(self, operator: Operator, value: str, locale: Locale) -> str:
        return _("yes") if value.strip().casefold() in _YES else _("no")

    def cell(self, value: Any, locale: Locale) -> Cell:
        return Cell(_("Yes") if value else _("No"), shape="yes_no", tone="green" if value else "")
