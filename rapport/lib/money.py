"""Amounts of money: whole numbers of a currency's smallest unit, read as people write them and shown in their way.

Which sign is the decimal one follows ``rapport.lib.numbers``, with one rule in front: a single point or comma followed
by exactly as many digits as the currency has is the decimal sign. So ``1,250`` is 1250 euros, and 1.250 dinars of
Kuwait, which have three decimal places. Digits beyond a currency's are refused unless they are zeros.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol
from django.utils.translation import gettext as _

from rapport.lib.numbers import MOST_DIGITS, read_number, tidy_number


def _codes(text: str) -> list[str]:
    return text.split()


# ISO 4217: money that is in use (no funds, metals or test codes).
CURRENCIES: frozenset[str] = frozenset(
    _codes("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """),
)
_DIGITS = {
    **dict.fromkeys(_codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"), 0),
    **dict.fromkeys(_codes("BHD IQD JOD KWD LYD OMR TND"), 3),
}
# What people write for a currency beside its code. A sign of another currency is refused, not overlooked.
_SIGNS = {
    "€": "EUR", "£": "GBP EGP FKP GIP LBP SHP SDG SSP SYP", "¥": "JPY CNY", "₹": "INR", "₩": "KRW KPW", "₽": "RUB",
    "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN", "zł": "PLN", "kč": "CZK",
    "fr.": "CHF", "fr": "CHF", "sfr.": "CHF", "sfr": "CHF", "kr": "SEK NOK DKK ISK", "kr.": "SEK NOK DKK ISK",
    "ft": "HUF", "лв": "BGN", "r$": "BRL", "us$": "USD", "rs": "INR PKR LKR NPR MUR", "rs.": "INR PKR LKR NPR MUR",
    "euro": "EUR", "$": "USD AUD BBD BMD BND BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MXN NAD NIO NZD "
    "SBD SGD SRD TTD TWD UYU XCD ARS",
}  # fmt: skip
_AROUND = re.compile(r"([^0-9.,'()+-]*)([-+(]?)([^0-9.,'()+-]*)([0-9.,' ]*)([^0-9.,'()+-]*)([-)]?)([^0-9.,'()+-]*)")
# "5,-" and "5.--" are five, without cents.
_NO_CENTS = re.compile(r"(?<=[0-9])[.,]-{1,2}(?![0-9])")


class _Look(NamedTuple):
    """How a locale writes amounts of one currency."""

    prefix: str
    suffix: str
    minus_prefix: str
    minus_suffix: str
    point: str
    group: str
    by_lakh: bool
    digits: int


def digits(currency: str) -> int:
    """How many decimal places the currency has by ISO 4217: yen 0, dinars of Kuwait 3, nearly all others 2."""
    return _DIGITS.get(currency, 2)


def with_digits(places: int) -> list[str]:
    """The currencies with so many decimal places, 0 or 3; all others have two."""
    return [code for code, digits in _DIGITS.items() if digits == places]


def parse_amount(text: str, currency: str, *, mark: str | None = None) -> int:
    """The amount somebody wrote, in the currency's smallest unit: "1,250.00" EUR is 125000.

    Takes the currency's sign or code before or behind. ``mark`` as in ``rapport.lib.numbers``. ``ValueError`` with a
    sentence when it is no amount, names another currency or has more decimal places than the currency.
    """
    places = digits(currency)
    reading = read_number(
        _without_currency(_NO_CENTS.sub("", tidy_number(text)), currency),
        alone_groups="" if places == 3 else ".,",
        mark=mark,
    )
    if reading is None:
        raise ValueError(_("Enter an amount, for example 1,250.00."))
    fraction = reading.fraction[:places].ljust(places, "0")
    if reading.fraction[places:].strip("0"):
        raise ValueError(
            _("%(currency)s has no decimal places. Enter a whole amount, for example 1,250.") % {"currency": currency}
            if places == 0
            else _("%(currency)s has %(places)s decimal places. Shorten what stands behind the decimal sign.")
            % {"currency": currency, "places": places},
        )
    minor = int(reading.whole + fraction)
    if minor >= 10**MOST_DIGITS:
        raise ValueError(_("This amount is too large."))
    return -minor if reading.negative else minor


def format_amount(minor: int, currency: str, locale: str = "en", *, is_brief: bool = False) -> str:
    """An amount of the smallest unit as people of the locale write it: 125000 EUR is "€1,250.00".

    ``is_brief``: "€1,250", where there are no cents.
    """
    look = _look(currency, locale)
    number = str(abs(minor))
    cents = ""
    if look.digits:
        number = number.rjust(look.digits + 1, "0")
        number, cents = number[: -look.digits], look.point + number[-look.digits :]
        if is_brief and not int(cents[len(look.point) :]):
            cents = ""
    if len(number) > 3:
        number = _in_lakh(number, look.group) if look.by_lakh else f"{int(number):,}".replace(",", look.group)
    if minor < 0:
        return f"{look.minus_prefix}{number}{cents}{look.minus_suffix}"
    return f"{look.prefix}{number}{cents}{look.suffix}"


def _without_currency(tidy: str, currency: str) -> str:
    """The number alone; ``ValueError`` when it stands with the sign of another currency."""
    match = _AROUND.fullmatch(tidy)
    if not match:
        return tidy
    before, sign, between, number, behind, closing, after = match.groups()
    for part in (before, between, behind, after):
        name = part.strip().lower()
        if name and name != currency.lower() and currency not in _SIGNS.get(name, "").split():
            if name in _SIGNS or name.upper() in CURRENCIES:
                raise ValueError(
                    _("This amount is in %(sign)s, but %(currency)s is expected here. Convert it first.")
                    % {"sign": part.strip(), "currency": currency},
                )
            return ""
    return f"{sign}{number.strip()}{closing}"


@lru_cache(maxsize=1024)
def _look(currency: str, locale: str) -> _Look:
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        known = Locale("en")
    pattern = known.currency_formats["standard"]
    symbol = get_currency_symbol(currency, known)
    symbols = known.number_symbols.get("latn", {})
    # Letters do not stick to a number: "CHF 5" although "€5".
    front = symbol + "\u00a0" if symbol[-1:].isalpha() else symbol
    back = "\u00a0" + symbol if symbol[:1].isalpha() else symbol
    prefix, minus_prefix = (part.replace("¤", front).replace("\u00a0\u00a0", "\u00a0") for part in pattern.prefix)
    suffix, minus_suffix = (part.replace("¤", back).replace("\u00a0\u00a0", "\u00a0") for part in pattern.suffix)
    return _Look(
        prefix,
        suffix,
        minus_prefix,
        minus_suffix,
        symbols.get("decimal", "."),
        symbols.get("group", ","),
        pattern.grouping == (3, 2),
        digits(currency),
    )


def _in_lakh(number: str, group: str) -> str:
    """Digits set apart in the Indian way: 1234567 is 12,34,567."""
    head, tail = number[:-3], number[-3:]
    parts = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
    return group.join([*reversed(parts), tail])
