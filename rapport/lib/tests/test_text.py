"""Text: what folding, cleaning and drawing from a name promise."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.text import clean_block, clean_line, fold, hue, initials, shorten

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Anna   SMITH ", "anna smith"),
        ("Łódź Straße", "lodz strasse"),
        ("Ærø Đorđe Œuvre", "aero dorde oeuvre"),
        ("İstanbul Iğdır", "istanbul igdir"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Ελλάς", "ελλασ"),
        ("ガス", "ガス"),
        ("한국", "한국"),
        ("ﬁne", "fine"),
    ],
)
def test_folding_leaves_what_people_search_by(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_like_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_fast_path_gives_what_the_slow_one_would(text: str) -> None:
    assert fold(text + " é") == f"{fold(text)} e".strip()


def test_a_line_loses_what_nobody_sees() -> None:
    assert clean_line(" Anna\x00\u202e \t\n Smith\u2069\ud800 ", 40) == "Anna Smith"


def test_a_line_keeps_the_marks_that_names_need() -> None:
    name = "می\u200cخواهم \u200fאבג\u200e"
    assert clean_line(name, 40) == name


def test_a_line_that_is_too_long_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=r"1,201 characters; at most 1,200"):
        clean_line("x" * 1201, 1200)


def test_a_block_keeps_its_lines() -> None:
    assert clean_block("\n\n one \r\n  two\x00\rthree\u2028\n\n", 40) == " one\n  two\nthree"


@given(st.text(), st.sampled_from([clean_line, clean_block]))
def test_cleaning_twice_is_like_once(text: str, clean: object) -> None:
    assert callable(clean)
    once = clean(text, 1000)
    assert clean(once, 1000) == once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Maria Smith", "AS"),
        ("anna", "A"),
        ("(Acme) GmbH", "A"),
        ("Strandhotel Möwe GmbH & Co. KG", "SM"),
        ("Müller und Söhne AG", "MS"),
        ("AG", "A"),
        ("3M", "3"),
        ("", "?"),
        ("🎉 🎉", "?"),
        ("🎉 Party", "P"),
        ("山田太郎", "山"),
        ("ßtraße öl", "SÖ"),
        ("E\u0301mile Zola", "ÉZ"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_hue_never_changes() -> None:
    assert hue("Anna Smith") == 10
    assert {hue(str(number)) for number in range(500)} == set(range(12))


@given(st.text(), st.integers(1, 60))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shortening_stops_at_a_word_and_keeps_emoji_whole() -> None:
    assert shorten("The quick brown fox", 12) == "The quick…"
    assert shorten("Donaudampfschifffahrt", 6) == "Donau…"
    assert shorten("abcd👩🏽\u200d🚀", 7) in ("abcd…", "abcd👩🏽\u200d🚀")
    assert shorten("short", 12) == "short"


@pytest.mark.parametrize(
    "piece", ["a", " ", "é", "a\u0316\u0301", "\u0301\u0316", "\u0316", "\ufdfa", "\x00", "\n ", "\u200d"]
)
def test_a_megabyte_takes_no_time(piece: str) -> None:
    text = "x" + piece * (MEGABYTE // len(piece.encode()))
    started = time.process_time()
    fold(text)
    clean_line(text, 10**8)
    clean_block(text, 10**8)
    initials(text)
    hue(text)
    shorten(text, 50)
    assert time.process_time() - started < 15
