"""A whole name in one column of a file, taken apart."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from rapport.core.importing.targets import Combined
from rapport.people import import_titles

# Words that belong to the last name they stand before.
_PARTICLES = frozenset(
    {
        "van",
        "von",
        "de",
        "der",
        "den",
        "di",
        "da",
        "del",
        "della",
        "la",
        "le",
        "zu",
        "zum",
        "zur",
        "af",
        "bin",
        "al",
        "ter",
    }
)


def split_name(text: str) -> Mapping[str, str]:
    """“Anna Maria van der Berg” and “van der Berg, Anna Maria” give first and last name; one word is a last name."""
    last, comma, first = text.partition(",")
    if comma and last.strip() and first.strip():
        return {"first_name": first.strip(), "last_name": last.strip()}
    words = text.replace(",", " ").split()
    cut = max(len(words) - 1, 0)
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    return {"first_name": " ".join(words[:cut]), "last_name": " ".join(words[cut:])}


FULL_NAME = Combined(
    "full_name",
    _("Full name"),
    import_titles.FULL_NAME,
    split_name,
    unless=("first_name",),
)
