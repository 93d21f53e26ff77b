"""E-mail addresses, web addresses and phone numbers: what is taken, how it is kept, what is refused and why."""

import time

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.countries import country_code
from rapport.lib.emails import check_email, normalise_email
from rapport.lib.phones import check_phone, display_phone, normalise_phone
from rapport.lib.urls import check_url, domain_of


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anna.Smith@Example.COM", "Anna.Smith@example.com"),
        (" mailto:anna@example.com?subject=Hi ", "anna@example.com"),
        ("mailto:a%2Bb@example.com", "a+b@example.com"),
        ("Anna Smith <anna@example.com>", "anna@example.com"),
        ("“Smith, Anna” <anna@example.com>;", "anna@example.com"),
        ("'anna@example.com'", "anna@example.com"),
        ("anna@example.com.", "anna@example.com"),
        ("o'neil+crm@mail.example.co.uk", "o'neil+crm@mail.example.co.uk"),
        ("jürgen@müller.de", "jürgen@müller.de"),
        ("\u202eanna@example.com\u200b", "anna@example.com"),
    ],
)
def test_an_address_is_freed_of_what_surrounds_it(typed: str, shown: str) -> None:
    assert check_email(typed) == shown
    assert check_email(shown) == shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "for example anna@example.com"),
        ("anna", "@ sign is missing"),
        ("anna@example", "domain ending is missing, for example .com"),
        ("anna@", "domain is missing"),
        ("@example.com", "name before the @"),
        ("a@b@example.com", "more than one @"),
        ("a@example.com, b@example.com", "more than one @"),
        ("anna smith@example.com", "no spaces"),
        ("anna@example.com\nBcc: eve", "no spaces"),
        ("anna..s@example.com", "extra dot"),
        (".anna@example.com", "extra dot"),
        ("anna@example..com", "two dots"),
        ("anna@-example.com", "hyphen"),
        ("anna@exa_mple.com", "cannot contain “_”"),
        ("an(na@example.com", r"cannot contain “\(”"),
        ("anna@127.0.0.1", "no domain ending"),
        ("anna@example.c", "no domain ending"),
        ("a" * 65 + "@example.com", "at most 64"),
        ("a@" + "b" * 64 + ".com", "at most 63"),
        ("a@" + "b.ü" * 130 + ".com", "too long"),
        ("a" * 64 + "@" + ".".join(["b" * 61] * 4) + ".com", "too long|at most 25"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_email(typed)


def test_addresses_are_compared_without_capitals_and_with_ascii_domains() -> None:
    assert normalise_email(" Jürgen@MÜLLER.de ") == "jürgen@xn--mller-kva.de"
    assert normalise_email("a@straße.de") != normalise_email("a@strasse.de")
    assert normalise_email("Anna@Example.com") == "anna@example.com"


@given(st.text() | st.emails())
def test_comparing_form_of_an_address_is_stable(text: str) -> None:
    assert normalise_email(normalise_email(text)) == normalise_email(text)


@given(st.text())
def test_a_checked_address_is_always_storable(text: str) -> None:
    try:
        address = check_email(text)
    except ValueError:
        return
    assert check_email(address) == address
    assert len(normalise_email(address)) <= 260


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("030 123456", "+4930123456"),
        ("+49 (0)30 / 123-456", "+4930123456"),
        ("0049 30 123456", "+4930123456"),
        ("+4930123456", "+4930123456"),
        ("+49030123456", "+4930123456"),
        ("Tel.: 030 123456", "+4930123456"),
        ("tel:+49-30-123456", "+4930123456"),
        ("'+49 30 123456", "+4930123456"),
        ("030 123456 ext. 12", "+4930123456x12"),
        ("030 123456 Durchwahl 12", "+4930123456x12"),
        ("+39 06 1234567", "+39061234567"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+999 123", "999123"),
        ("٠٣٠ ١٢٣٤٥٦", "+4930123456"),
        ("", ""),
        ("call me", ""),
    ],
)
def test_phone_numbers_are_compared_in_one_form(typed: str, compared: str) -> None:
    assert normalise_phone(typed, "DE") == compared


@given(
    st.sampled_from(["49", "43", "41", "44", "33", "31", "32", "46", "1"]),
    st.from_regex(r"[1-9][0-9]{6,10}", fullmatch=True),
)
def test_the_fast_path_for_phones_agrees_with_the_library(country: str, number: str) -> None:
    plain = f"+{country}{number}"
    slow = normalise_phone(f"+{country} {number}", "DE")
    parsed = phonenumbers.parse(plain)
    if phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE:
        assert normalise_phone(plain, "DE") == slow


@given(st.text(alphabet="+0123456789 ()/-.x#extTl:", max_size=25))
def test_an_understood_phone_number_is_in_its_final_form(text: str) -> None:
    compared = normalise_phone(text)
    if compared.startswith("+"):
        assert normalise_phone(compared, "US") == compared


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  030   123456 ", "030 123456"),
        ("Tel. 030/123456", "030/123456"),
        ("030 123456 x12", "030 123456 ext. 12"),
        ("110", "110"),
    ],
)
def test_a_phone_number_is_tidied(typed: str, shown: str) -> None:
    assert check_phone(typed, "DE") == shown
    assert check_phone(shown, "DE") == shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "at least 3 digits"),
        ("12", "at least 3 digits"),
        ("1-800-FLOWERS", "no letters"),
        ("030 123; 040", "cannot contain “;”"),
        ("0" * 40, "at most 20 digits"),
        ("0" * 1000, "too long"),
    ],
)
def test_what_is_no_phone_number_is_refused_with_a_reason(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_phone(typed, "DE")


def test_a_phone_number_is_shown_with_its_country_code() -> None:
    assert display_phone("030 123456", "DE") == "+49 30 123456"
    assert display_phone("020 7946 0018", "GB") == "+44 20 7946 0018"
    assert display_phone("ask the office", "DE") == "ask the office"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.com", "https://example.com"),
        ("HTTP://Example.com/", "http://example.com"),
        ("//example.com/a", "https://example.com/a"),
        ("example.com:8080/Path?q=1#f", "https://example.com:8080/Path?q=1#f"),
        ("https://müller.de/ä", "https://müller.de/ä"),
        ("http://intranet/wiki", "http://intranet/wiki"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://127.0.0.1/x", "http://127.0.0.1/x"),
        ("<https://example.com>", "https://example.com"),
    ],
)
def test_a_web_address_is_completed(typed: str, kept: str) -> None:
    assert check_url(typed) == kept
    assert check_url(kept) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "for example https://example.com"),
        ("javascript:alert(1)", "Only web addresses"),
        ("java\x00script:alert(1)", "Only web addresses"),
        ("JAVASCRIPT:1", "Only web addresses"),
        ("javascript:1/x", "Only web addresses"),
        ("data:text/html,x", "Only web addresses"),
        ("ftp://example.com", "Only web addresses"),
        ("https:example.com", "Only web addresses"),
        ("mailto:a@example.com", "Only web addresses"),
        ("intranet", "ending is missing"),
        ("https://user:secret@example.com", "name or password"),
        ("https://example.com@evil.example", "name or password"),
        ("https://example.com\\@evil.example", "backslashes"),
        ("exa mple.com", "no spaces"),
        ("https://example.com:99999", "no web address"),
        ("https://[::1", "no web address"),
        ("https://", "domain is missing"),
        ("https://example.com/" + "a" * 2000, "too long"),
    ],
)
def test_what_is_no_web_address_is_refused_with_a_reason(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_url(typed)


@given(st.text())
def test_a_checked_web_address_is_always_http(text: str) -> None:
    try:
        url = check_url(text)
    except ValueError:
        return
    assert url.startswith(("http://", "https://"))
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Example.com:8080/x?y", "example.com"),
        ("anna@mail.example.com", "mail.example.com"),
        ("Müller.de", "xn--mller-kva.de"),
        ("www.com", "www.com"),
        ("www.de.", "www.de"),
        ("not a domain", ""),
        ("", ""),
    ],
)
def test_the_domain_of_an_address(text: str, domain: str) -> None:
    assert domain_of(text) == domain


@pytest.mark.parametrize("piece", ["a", "@", "<", ".", "a.", "%40", "ü", "+1", " ", "://", "www."])
def test_a_megabyte_takes_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    normalise_email(text)
    normalise_phone(text)
    display_phone(text)
    domain_of(text)
    for check in (check_email, check_phone, check_url):
        with pytest.raises(ValueError, match=r"\."):
            check(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Österreich", "AT"),
        ("AUSTRIA", "AT"),
        ("at", "AT"),
        ("USA", "US"),
        ("Frankreich", "FR"),
        ("", ""),
        ("Köln", ""),
    ],
)
def test_a_country_is_known_by_its_names(text: str, code: str) -> None:
    assert country_code(text) == code
