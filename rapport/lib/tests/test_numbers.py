"""Numbers and money: the rule for points and commas, and what is refused."""

import re
import time
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.money import CURRENCIES, digits, format_amount, parse_amount
from rapport.lib.numbers import parse_decimal, parse_integer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250", 1250),
        ("1,250", 1250),
        ("1.250", 1250),
        ("1 250", 1250),
        ("1\u202f250\u00a0000", 1250000),
        ("1'250", 1250),
        ("12,34,567", 1234567),
        ("-5", -5),
        ("−5", -5),
        ("5.00", 5),
        ("+7", 7),
        ("007", 7),
        ("٣٤", 34),
    ],
)
def test_whole_numbers(text: str, number: int) -> None:
    assert parse_integer(text) == number


@pytest.mark.parametrize(
    "text", ["", "x", "1.5", "1,5", "1.2.3", "12 34", "1e5", "nan", "inf", "--1", "1-2", "0x1", "²"]
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a whole number"):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,250.75", "1250.75"),
        ("1.250,75", "1250.75"),
        ("0,5", "0.5"),
        (".5", "0.5"),
        ("52.520", "52.520"),
        ("1,250", "1250"),
        ("0,125", "0.125"),
        ("1.250.000", "1250000"),
        ("1234,567", "1234.567"),
        ("(3.5)", "-3.5"),
        ("-0", "0"),
    ],
)
def test_decimal_numbers(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


def test_a_known_decimal_mark_ends_all_guessing() -> None:
    assert parse_decimal("1.250", mark=",") == 1250
    assert parse_decimal("1,250", mark=",") == Decimal("1.25")
    with pytest.raises(ValueError, match="Enter a number"):
        parse_decimal("1.25", mark=",")
    assert parse_amount("1.250", "EUR", mark=",") == 125000


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1e5", "1,2,3", "1.5.2", "5%", "1,250,75", "1,250.75.1", "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a number"):
        parse_decimal(text)


def test_more_than_18_digits_are_refused() -> None:
    assert parse_integer("9" * 18) == 10**18 - 1
    for parse in (parse_integer, parse_decimal):
        with pytest.raises(ValueError, match="at most 18 digits"):
            parse("9" * 19)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**11), max_value=10**11, places=6))
def test_a_number_written_by_a_program_is_read_back(number: Decimal) -> None:
    assert parse_decimal(f"{number:f}") == number
    assert parse_decimal(f"{number:,f}") == number
    assert parse_decimal(f"{number:f}".replace(".", ","), mark=",") == number


@given(st.integers(-(10**17), 10**17), st.sampled_from(["", ",", ".", " ", "'", "\u202f"]))
def test_a_whole_number_is_read_back(number: int, group: str) -> None:
    assert parse_integer(f"{number:,}".replace(",", group)) == number


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,250.00", "EUR", 125000),
        ("1.250,00", "EUR", 125000),
        ("1 250", "EUR", 125000),
        ("€1,250", "EUR", 125000),
        ("1.250", "EUR", 125000),
        ("1.250 €", "EUR", 125000),
        ("EUR 3,5", "EUR", 350),
        ("-3.5", "EUR", -350),
        ("-€3.50", "EUR", -350),
        ("€-3.50", "EUR", -350),
        ("€ (3.50)", "EUR", -350),
        ("3.50-", "EUR", -350),
        ("5,-", "EUR", 500),
        ("5.-- €", "EUR", 500),
        ("CHF 1’250.50", "CHF", 125050),
        ("1250.0000", "EUR", 125000),
        ("1250.500", "EUR", 125050),
        ("1,250", "JPY", 1250),
        ("1250.00", "JPY", 1250),
        ("1,250", "KWD", 1250),
        ("1,250.000", "KWD", 1250000),
        ("1.000,5", "KWD", 1000500),
        ("$5", "CAD", 500),
        ("12,34,567.89", "INR", 123456789),
        ("0", "EUR", 0),
    ],
)
def test_amounts(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("", "EUR", "Enter an amount, for example 1,250.00"),
        ("much", "EUR", "Enter an amount"),
        ("1.2.3", "EUR", "Enter an amount"),
        ("5 5", "EUR", "Enter an amount"),
        ("$5", "EUR", r"This amount is in \$, but EUR"),
        ("5 USD", "EUR", "This amount is in usd|This amount is in USD"),
        ("1.255,555", "EUR", "EUR has 2 decimal places"),
        ("0.125", "EUR", "EUR has 2 decimal places"),
        ("1.5", "JPY", "JPY has no decimal places"),
        ("9" * 18, "EUR", "too large"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_amount(text, currency)


def test_decimal_places_follow_the_standard() -> None:
    assert (digits("JPY"), digits("EUR"), digits("KWD"), digits("ISK")) == (0, 2, 3, 0)
    assert len(CURRENCIES) > 150
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from(sorted(CURRENCIES)),
    st.sampled_from(["en", "de", "fr", "de_CH", "en_IN", "pl", "es", "ja", "pt-BR"]),
)
def test_an_amount_that_is_shown_is_read_back(minor: int, currency: str, locale: str) -> None:
    shown = format_amount(minor, currency, locale)
    written = re.search(r"[0-9](?:.*[0-9])?", shown)
    assert written
    number = ("-" if "-" in shown else "") + written[0]
    mark = "," if locale in ("de", "fr", "pl", "es", "pt-BR") else "."
    assert parse_amount(number, currency, mark=mark) == minor


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["EUR", "USD", "GBP"]),
    st.sampled_from(["en", "de", "fr", "en_IN", "pl", "ja"]),
)
def test_amounts_look_as_babel_writes_them(minor: int, currency: str, locale: str) -> None:
    ours = format_amount(minor, currency, locale)
    theirs = format_currency(Decimal(minor) / 100, currency, locale=locale)
    assert ours == theirs


def test_an_unknown_locale_is_english_and_letters_stand_apart() -> None:
    assert format_amount(125000, "CHF", "xx-nowhere") == "CHF\u00a01,250.00"


@pytest.mark.parametrize("piece", ["1", "1,", ".", " ", "$", "-", "1 ", "a"])
def test_a_megabyte_takes_no_time(piece: str) -> None:
    started = time.process_time()
    for length in (60, 1_000_000):
        text = piece * (length // len(piece)) + "x"
        for parse in (parse_integer, parse_decimal, lambda value: parse_amount(value, "EUR")):
            with pytest.raises(ValueError, match=r"\."):
                parse(text)
    assert time.process_time() - started < 2
