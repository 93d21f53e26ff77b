"""The words under which texts are found, and what people type to find them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.search_words import email_words, holds, joined, phone_words, sought, words


def found(text: str, typed: str) -> bool:
    """Whether somebody who types this finds the text."""
    return holds(joined(words(text)), sought(typed))


def test_it_works() -> None:
    assert joined(words("Anna-Lena Weiß, Hexa GmbH")) == "  anna  lena  weiss  hexa  gmbh"
    assert sought("Weiß hex") == [["weiss", "hex"]]


@pytest.mark.parametrize(("text", "typed"), [
    ("Müller", "mueller"), ("Müller", "muller"), ("Müller", "MÜLLER"), ("Mueller", "Müller"), ("Mueller", "muller"),
    ("Straße", "strasse"), ("Strasse", "straße"), ("Łódź", "lodz"), ("Jörg Groß", "joerg gross"),
    ("Angelika", "gel"), ("Angelika", "an"), ("Angelika", "a"), ("Li Wei", "li"), ("Li Wei", "we"), ("Wu", "Wu"),
    ("李小龙", "李"), ("李小龙", "小龙"), ("李小龙", "李小龙"), ("東京都渋谷", "京都"), ("東京都", "東京"),
    ("김철수", "철수"),
    ("Иванов", "ванов"), ("Ελένη", "ελενη"), ("O’Brien", "o'brien"), ("Hartmann & Jäger", "jaeger & hart"),
    ("C++ / Python", "python c"), ("100% 50_50", "100%"), ("100% 50_50", "50_50"), ("ﬁnanz", "finanz"),
])  # fmt: skip
def test_people_find_what_they_mean(text: str, typed: str) -> None:
    assert found(text, typed)


@pytest.mark.parametrize(("text", "typed"), [
    ("Angelika", "ng"), ("Angelika", "k"), ("Müller", "maller"), ("Anna Berg", "anna stein"), ("李小龙", "龙李"),
    ("Anna", '"'), ("Anna", "%"), ("Anna", "*"),
])  # fmt: skip
def test_nothing_else_is_found(text: str, typed: str) -> None:
    assert not found(text, typed)


@pytest.mark.parametrize("typed", [
    "+49 30 123456", "0049 30 123456", "030 123456", "030/123-456", "(030) 12 34", "+49 (0)30 123456", "3456", "49301",
    "234", "030", "12 34 56",
])  # fmt: skip
def test_a_phone_is_found_by_any_run_of_its_digits(typed: str) -> None:
    text = joined(phone_words("+4930123456"))
    assert holds(text, sought(typed)), (text, sought(typed))


def test_numbers_of_all_countries_have_a_national_form() -> None:
    assert phone_words("+4930123456") == ["4930123456", "030123456"]
    assert phone_words("+12125550123") == ["12125550123"]
    assert phone_words("+79161234567") == ["79161234567", "09161234567"]
    assert phone_words("+351211234567") == ["351211234567", "0211234567"]
    assert phone_words("110") == ["110"] and phone_words("+") == []


def test_a_mass_provider_is_no_word() -> None:
    assert email_words("mia.berg@gmail.com") == ["mia", "berg"]
    assert email_words("mia.berg@hexa.example") == ["mia", "berg", "hexa", "example"]
    for typed in ("mia.berg@gmail.com", "mia.berg@gm", "mia.berg@", "berg@gmail.com"):
        assert holds(joined(email_words("mia.berg@gmail.com")), sought(typed)), typed
    assert not holds(joined(email_words("mia.berg@gmail.com")), sought("gmail"))


@given(st.text(max_size=60), st.data())
def test_every_part_of_a_word_finds_its_text(text: str, data: st.DataObject) -> None:
    stored = joined(words(text))
    if not stored:
        return
    word = data.draw(st.sampled_from(stored.split()))
    assert holds(stored, sought(word)), word
    start = data.draw(st.integers(0, max(len(word) - 3, 0)))
    part = word[start : start + 3]
    if part.isascii() and len(part) == 3:
        assert holds(stored, sought(part)), part


@given(st.text(max_size=200))
def test_what_is_typed_has_no_signs_that_a_database_reads(text: str) -> None:
    for way in sought(text):
        assert way and all(piece.strip() and not set(piece) & set("%_\\\"'*():^") for piece in way)
        assert all(len(piece) >= 3 or not piece.isascii() for piece in way)


def test_very_long_texts_take_no_time() -> None:
    start = time.monotonic()
    words("ä" * 100_000), words("aé " * 50_000), sought("x y z " * 2_000), sought("1" * 10_000), words("東" * 20_000)
    assert time.monotonic() - start < 2
