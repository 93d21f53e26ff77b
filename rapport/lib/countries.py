"""Countries as people write them in addresses: by name in the languages we speak, by code, or by a usual short form."""

from functools import cache, lru_cache

from babel import Locale

from rapport.lib.text import fold

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_USUAL = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "grossbritannien": "GB", "holland": "NL", "brd": "DE", "d": "DE", "a": "AT",
    "f": "FR", "i": "IT", "tschechien": "CZ", "czech republic": "CZ", "russia": "RU",
}  # fmt: skip


@lru_cache(maxsize=1000)
def country_code(text: str) -> str:
    """The ISO code of the country that a text names ("Österreich", "austria", "AT"), "" if it names none."""
    return _by_name().get(fold(text[:80]), "")


@cache
def _by_name() -> dict[str, str]:
    """Codes by folded names and codes."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "XA", "XB", "ZZ", "QO", "EZ"):
                found.setdefault(fold(name), code)
                found[fold(code)] = code
    return {**found, **_USUAL}
