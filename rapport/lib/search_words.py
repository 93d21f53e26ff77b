"""The words under which a text is found: what is searched and what is looked for meet in this one form.

A text becomes words of letters and digits, folded and without doubles. Where a word has an umlaut, or two letters that
may stand for one, it is there both ways, so that “Mueller”, “Müller” and “Muller” find each other. Writing without
spaces (Chinese, Japanese, Korean) becomes pairs of neighbours.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapport.lib.text import fold

_SHORT = 200  # characters of a text that is taken for a name or a line
MOST_WORDS = 3_000  # of one text; the rest of a very long one is not searched
# Hangul, Kana, Chinese signs and what belongs to them.
_CONTINUOUS = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_ASCII = re.compile(r"[a-z0-9]+")
_WORD = re.compile(rf"[{_CONTINUOUS}]+|[^\W_{_CONTINUOUS}]+")
_FIRST_CONTINUOUS = "\u1100"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_HAS_UMLAUT = re.compile("[äöüÄÖÜ]")
_PAIRS = re.compile("([aou])e")
_NO_DIGITS = re.compile("[^0-9]+")
_TYPED_NUMBER = re.compile(r"[+(0-9][0-9 ()/.+\-–‐‑]*")
# The country codes of two digits; all others but 1 and 7 have three.
_SHORT_CODES = frozenset(
    map(str, (20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84, 86))
) | frozenset(map(str, (*range(90, 96), 98)))
# Behind these stands half the world: as a word their names would find everybody, and nobody looks for them.
MASS_PROVIDERS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de hotmail.com hotmail.de hotmail.fr hotmail.co.uk live.com live.de
    msn.com yahoo.com yahoo.de yahoo.fr yahoo.co.uk ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at
    gmx.ch gmx.com web.de t-online.de freenet.de arcor.de online.de posteo.de mailbox.org proton.me protonmail.com
    orange.fr free.fr sfr.fr laposte.net wanadoo.fr libero.it virgilio.it bluewin.ch hispavista.com terra.es wp.pl
    o2.pl onet.pl interia.pl seznam.cz telia.com mail.ru yandex.ru qq.com 163.com 126.com btinternet.com sky.com
    comcast.net verizon.net att.net ziggo.nl planet.nl kpnmail.nl telenet.be skynet.be
    """.split()  # noqa: SIM905 - a page of quotes reads worse
)


def words(text: str) -> list[str]:
    """The words of a text, in their order, perhaps some twice."""
    if text.isascii():
        text = text.lower()
        found = _ASCII.findall(text)
        if "ae" in text or "oe" in text or "ue" in text:
            found += _both_ways(found)
        return found
    if len(text) > _SHORT:
        return _foreign(text)
    return [word for part in text.split() for word in _known(part)]


def _foreign(text: str) -> list[str]:
    folded = fold(text)
    found = _WORD.findall(folded)
    if any(char >= _FIRST_CONTINUOUS for char in folded):
        found = [part for word in found for part in _parts(word)]
    if _HAS_UMLAUT.search(text):
        found += _WORD.findall(fold(text.translate(_UMLAUTS)))
    return found + _both_ways(found)


@lru_cache(maxsize=16_384)
def _known(part: str) -> list[str]:
    """The words of a part of a name: most names are those of many, and folding is slow."""
    return _foreign(part) if not part.isascii() else words(part)


@lru_cache(maxsize=16_384)
def common_words(text: str) -> tuple[str, ...]:
    """As :func:`words`, remembered: for what many records share, such as companies, job titles and towns."""
    return tuple(words(text))


def email_words(address: str) -> list[str]:
    """The words of an e-mail address; without its domain where that is one of the mass providers'."""
    local, _at, domain = address.rpartition("@")
    return words(local if domain.lower() in MASS_PROVIDERS else address)


def phone_words(number: str) -> list[str]:
    """The digits of a number, with the country code and as it is dialled within the country.

    ``number`` is in its normal form, or as typed if it begins with the country code.
    """
    digits = _NO_DIGITS.sub("", number.replace("(0)", ""))
    if not number.startswith("+") or digits[:1] in ("", "1"):
        return [digits] if digits else []
    code = 1 if digits[0] == "7" else 2 if digits[:2] in _SHORT_CODES else 3
    return [digits, "0" + digits[code:]]


def joined(found: Iterable[str]) -> str:
    """The text to be stored: each word once, with two spaces before it.

    The spaces make the beginning of a word something that an index of three letters knows, too.
    """
    distinct = list(dict.fromkeys(found))
    return "  " + "  ".join(distinct[:MOST_WORDS]) if distinct else ""


def sought(text: str, most: int = 8) -> list[list[str]]:
    """What to look for in stored texts: ways to find, in each of which every piece must occur.

    Pieces of three letters or more occur anywhere, shorter ones (with a space before them) at the beginning of a word.
    At most ``most`` pieces; no way at all where nothing can be looked for.
    """
    ways = []
    plain = text.strip()
    if _TYPED_NUMBER.fullmatch(plain):
        digits = _NO_DIGITS.sub("", plain.replace("(0)", ""))
        digits = digits[2:] if digits.startswith("00") else digits
        if len(digits) >= 3 and digits != plain:
            ways.append([digits[:30]])
    found: list[str] = []
    for part in plain.split():
        found += _address_words(part) if "@" in part else _typed_words(part)
    if pieces := list(dict.fromkeys(piece(word) for word in found))[:most]:
        ways.append(pieces)
    return ways


def piece(word: str) -> str:
    """What a stored text must hold for a word to be found in it."""
    if len(word) > 2:
        return word[:60]
    return f" {word}" if len(word) == 2 else f"  {word}"


def holds(text: str, ways: Sequence[Sequence[str]]) -> bool:
    """Whether a stored text is found in one of the ways."""
    return any(all(wanted in text for wanted in way) for way in ways)


def _typed_words(text: str) -> list[str]:
    folded = fold(text)
    found = []
    for word in _WORD.findall(folded):
        parts = _parts(word)
        # The last sign of a run stands alone in stored texts, where more may follow it.
        found += parts[:-1] if len(parts) > 1 else parts
    return found


def _address_words(text: str) -> list[str]:
    local, _at, domain = text.rpartition("@")
    domain = domain.lower()
    mass = bool(domain) and any(provider.startswith(domain) for provider in MASS_PROVIDERS)
    return _typed_words(local if mass else text)


def _both_ways(found: Sequence[str]) -> list[str]:
    return [_PAIRS.sub(r"\1", word) for word in found if "ae" in word or "oe" in word or "ue" in word]


def _parts(word: str) -> list[str]:
    """A word, or the pairs of neighbours of writing without spaces, and its last sign."""
    if word[0] < _FIRST_CONTINUOUS or not _WORD_CONTINUOUS.fullmatch(word):
        return [word]
    return [word[place : place + 2] for place in range(len(word))]


_WORD_CONTINUOUS = re.compile(f"[{_CONTINUOUS}]+")


def at_mass_provider(part: str) -> bool:
    """Whether a typed word is an address, or the beginning of one, at a provider whose name is in no stored text."""
    _local, at, domain = part.lower().rpartition("@")
    return bool(at and domain) and any(provider.startswith(domain) for provider in MASS_PROVIDERS)
