"""Adding amounts of several currencies: never without a rate, never silently."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from rapport.accounts import workspace
from rapport.core.fields import Locale
from rapport.core.fields.money import Amount
from rapport.core.money_rates.models import MoneyRate
from rapport.lib.date_words import format_date
from rapport.lib.money import digits


@dataclass(frozen=True)
class Rate:
    """One unit of ``currency`` is worth ``rate`` of ``base``, as of ``on``."""

    currency: str
    base: str
    rate: Decimal
    on: datetime.date

    def words(self, locale: Locale) -> str:
        """“1 USD = 0.92 EUR (23 Nov 2026)”."""
        number = f"{self.rate.normalize():f}"
        number = number.replace(".", ",") if locale.language == "de" else number
        return f"1 {self.currency} = {number} {self.base} ({format_date(self.on, locale.language)})"


@dataclass(frozen=True)
class Added:
    """Amounts added up: ``total``, None where a currency in ``without`` has no rate; ``used`` are the rates it took."""

    total: Amount | None
    used: tuple[Rate, ...] = ()
    without: tuple[str, ...] = ()


def all_rates() -> dict[str, Rate]:
    """The rates into the present currency of the house, by currency. One small query."""
    base = workspace.current().currency
    rows = MoneyRate.objects.filter(base=base).exclude(currency=base).order_by("currency")
    return {row.currency: Rate(row.currency, base, row.rate, row.on) for row in rows}


def add(amounts: Iterable[Amount], rates: dict[str, Rate] | None = None) -> Added:
    """Amounts of one currency are just added; of several each is converted, and the sum is rounded once."""
    amounts = list(amounts)
    currencies = sorted({amount.currency for amount in amounts})
    if len(currencies) == 1:
        return Added(Amount(sum(amount.minor for amount in amounts), currencies[0]))
    base = workspace.current().currency
    known = all_rates() if rates is None else rates
    others = [code for code in currencies if code != base]
    if not currencies or (without := tuple(code for code in others if code not in known)):
        return Added(None, without=without if currencies else ())
    total = sum(
        (
            Decimal(amount.minor).scaleb(-digits(amount.currency))
            * (known[amount.currency].rate if amount.currency != base else 1)
            for amount in amounts
        ),
        Decimal(0),
    )
    minor = int(total.scaleb(digits(base)).to_integral_value(ROUND_HALF_EVEN))
    return Added(Amount(minor, base), tuple(known[code] for code in others))


def average(total: Amount, count: int) -> Amount:
    """A sum shared out among so many, to the nearest smallest unit."""
    return Amount(int((Decimal(total.minor) / count).to_integral_value(ROUND_HALF_EVEN)), total.currency)
