"""Putting labels and counts into sentences, as the reader's language writes them."""

from django.utils.translation import get_language

# Languages that write every noun with a capital, also in the middle of a sentence.
_CAPITAL_NOUNS = frozenset({"de", "lb"})
_GROUPS = {"de": "."}


def inside(label: object) -> str:
    """A label in the middle of a sentence: “Job title” → “job title”, “LinkedIn” and “VAT number” as they are.

    Languages that write nouns with capitals keep them: “Person anlegen”.
    """
    text = str(label)
    keeps = _language() in _CAPITAL_NOUNS or not text[1:].islower()
    return text if keeps else text[:1].lower() + text[1:]


def grouped(number: int) -> str:
    """A count with its thousands set apart: “12,345”, in German “12.345”."""
    return f"{number:,}".replace(",", _GROUPS.get(_language(), ","))


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
