"""Labels and counts inside sentences."""

import pytest
from django.utils import translation

from rapport.lib.wording import grouped, inside


@pytest.mark.parametrize(
    ("label", "english", "german"),
    [
        ("Job title", "job title", "Job title"),
        ("E-mail", "e-mail", "E-mail"),
        ("LinkedIn", "LinkedIn", "LinkedIn"),
        ("VAT number", "VAT number", "VAT number"),
        ("", "", ""),
    ],
)
def test_nouns_inside_a_sentence_are_written_as_the_language_writes_them(label, english, german) -> None:
    with translation.override("en"):
        assert inside(label) == english
    with translation.override("de"):
        assert inside(label) == german


def test_thousands_are_set_apart_as_the_language_does_it() -> None:
    with translation.override("en"):
        assert grouped(1_234_567) == "1,234,567"
    with translation.override("de-AT"):
        assert grouped(1_234_567) == "1.234.567"
    with translation.override(None):
        assert grouped(12) == "12"
