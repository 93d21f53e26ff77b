"""Putting labels and counts into sentences, as the reader's language writes them."""

from django.utils.translation import get_language

# Languages that write every noun with a capital, also in the middle of a sentence.
_CAPITAL_NOUNS = frozenset({"de", "lb"})
_AUXILIARIES = {"de": "hat "}
_GROUPS = {"de": "."}


def inside(label: object) -> str:
    """A label in the middle of a sentence: “Job title” → “job title”, “LinkedIn” and “VAT number” as they are.

    Languages that write nouns with capitals keep them: “Person anlegen”.
    """
    text = str(label)
    keeps = _language() in _CAPITAL_NOUNS or not text[1:].islower()
    return text if keeps else text[:1].lower() + text[1:]


def alone(sentence: str) -> str:
    """What somebody did, without the name before it: German leaves its auxiliary verb out then.

    “Ann hat eine Aufgabe angelegt”, but “Eine Aufgabe angelegt · Ann”.
    """
    return sentence.removeprefix(_AUXILIARIES.get(_language(), ""))


def ended(sentence: str) -> str:
    """A sentence with one full stop, also behind an abbreviation: “Geplant: 26. Nov.”."""
    return f"{sentence.rstrip('.')}." if sentence.endswith("..") else sentence


def grouped(number: int) -> str:
    """A count with its thousands set apart: “12,345”, in German “12.345”."""
    return f"{number:,}".replace(",", _GROUPS.get(_language(), ","))


def file_size(size: int) -> str:
    """A number of bytes as people say it: “3.4 MB”, in German “3,4 MB”."""
    number, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1024
    text = f"{number:.1f}" if number < 10 and unit != "B" else f"{number:.0f}"
    return f"{text.replace('.', ',') if _language() == 'de' else text}\u00a0{unit}"


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
