"""A currency as a field."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from rapport.core.fields import Locale, Text
from rapport.lib.money import CURRENCIES


@dataclass(frozen=True, eq=False)
class CurrencyCode(Text):
    """The ISO code of a currency, in capitals."""

    type: ClassVar[str] = "currency"

    def from_text(self, text: str, locale: Locale) -> str:
        code = super().from_text(text, locale).upper()
        if code and code not in CURRENCIES:
            raise ValueError(_("“%(currency)s” is not a currency.") % {"currency": code})
        return code
