"""Text that people type: cleaning it, folding it for sort and search, and drawing something from a name.

All functions take time linear in the length of the text, whatever it holds.
"""

import re
import unicodedata
import zlib
from functools import lru_cache

from django.utils.translation import gettext as _

from rapport.lib.wording import grouped

HUES = 12

# Characters that nobody sees and that only do harm: control characters that are no white space, the byte order mark,
# the zero width space, halves of surrogate pairs (no database takes them) and the bidirectional overrides and isolates,
# with which one text can be shown as another. The marks U+200E, U+200F and U+061C, and the joiners, are used in names.
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+",
)
_HARMFUL_SIGNS = tuple(sign for sign in map(chr, (*range(0xD800), 0xFEFF)) if _HARMFUL.match(sign))
# Letters that Unicode does not take apart, though people search for them without the stroke.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "’": "'",
        "‘": "'",
    },
)  # fmt: skip
# Marks that make another letter, not an accent: nukta, the Japanese voicing marks, virama.
_KEPT_CLASSES = frozenset({0, 7, 8, 9})
# Unicode's "stream-safe" bound: no writing needs more marks on one letter, and normalising longer runs is quadratic.
_MOST_MARKS = 30
_SHORT = 100  # characters of a name or a line


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), with at most 30 combining marks on a letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", _few_marks(text))


def fold(text: str) -> str:
    """The form under which a text is sorted and found: no capitals, no accents, single spaces.

    "  Łódź  Straße" gives "lodz strasse". Folding a second time changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return _folded(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    folded = _few_marks(text).translate(_LETTERS)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded.casefold()).casefold())
    folded = "".join([char for char in folded if unicodedata.combining(char) in _KEPT_CLASSES])
    return " ".join(unicodedata.normalize("NFC", folded.translate(_LETTERS)).split())


_folded = lru_cache(maxsize=8_192)(_fold)  # names and towns come again and again


def harmless(text: str) -> str:
    """The text without control characters, overrides of the writing direction and halves of characters.

    Looking for each of the signs is quicker than one pass of the pattern, and whole pages have none of them.
    """
    if any(map(text.__contains__, _HARMFUL_SIGNS)) or not _whole(text):
        return _HARMFUL.sub("", text)
    return text


def _whole(text: str) -> bool:
    """False if the text has a half of a surrogate pair, which cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_line(text: str, limit: int) -> str:
    """The text as one tidy line: composed, without harmful characters, single spaces, none around it.

    ``limit`` is the most characters that fit; ``ValueError`` with a sentence for the person when it is longer.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text and text.strip() == text:
        return text  # as nearly all are; files bring millions
    return _fitting(composed(" ".join(_HARMFUL.sub("", text).split())), limit)


def clean_block(text: str, limit: int) -> str:
    """The text as tidy lines ending in a line feed: spaces within lines stay, those at their ends and blank lines
    around the text go.

    ``limit`` is the most characters that fit; ``ValueError`` with a sentence for the person when it is longer.
    """
    lines = [line.rstrip() for line in _HARMFUL.sub("", text).splitlines()]
    return _fitting(composed("\n".join(lines).strip("\n")), limit)


_BY_LAW = frozenset(
    [
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "gbr",
        "se",
        "mbh",
        "ltd",
        "llc",
        "inc",
        "plc",
        "corp",
        "sarl",
        "srl",
        "bv",
        "nv",
        "sa",
        "spa",
        "oy",
        "ab",
    ]
)
_JOINING = frozenset(("&", "co", "und", "and", "+"))


def initials(name: str) -> str:
    """One or two letters that stand for a name: of its first and its last word; "?" when it has no letter or digit.

    What a company is by law (“GmbH & Co. KG”) says nothing of who it is, and is left out.
    """
    words = composed(name[:300]).split()
    while len(words) > 1 and words[-1].casefold().strip(".,") in _BY_LAW:
        words.pop()
        while len(words) > 1 and words[-1].casefold().strip(".,") in _JOINING:
            words.pop()
    letters = [letter for word in words if (letter := _first_letter(word))]
    if not letters:
        return "?"
    return letters[0] if len(letters) == 1 else letters[0] + letters[-1]


def hue(text: str) -> int:
    """A number from 0 to 11 that is always the same for the same text; it picks the colour of an avatar."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % HUES


def shorten(text: str, limit: int) -> str:
    """The text on one line in at most ``limit`` characters; what is cut ends in "…", at a space where one is near."""
    # Only the beginning matters; white space in front of it may be longer than any sensible limit.
    line = " ".join(text.lstrip()[: limit * 4 + 100].split())
    if len(line) <= limit:
        return line
    cut = max(limit - 1, 0)
    while cut and _joins(line[cut]):
        cut -= 1
    kept = line[:cut]
    space = kept.rfind(" ")
    if line[cut] != " " and space > limit * 0.6:
        kept = kept[:space]
    return (kept.rstrip(" ,;:–—-\u200d") + "…")[: max(limit, 0)]


def _fitting(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(
            _("This text has %(length)s characters; at most %(limit)s fit here. Shorten it.")
            % {"length": grouped(len(text)), "limit": grouped(limit)},
        )
    return text


def _few_marks(text: str) -> str:
    """The text without the combining marks that follow thirty others."""
    if len(text) <= _MOST_MARKS or _is_latin(text):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MOST_MARKS:
            kept.append(char)
    return text if len(kept) == len(text) else "".join(kept)


def _is_latin(text: str) -> bool:
    """Whether all characters are of Latin-1, which has no combining marks; much quicker than looking at each."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _first_letter(word: str) -> str:
    return next((char.upper()[:1] for char in word if char.isalnum()), "")


def _joins(char: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a variation selector, a joiner, a skin tone."""
    return bool(unicodedata.combining(char)) or char in "\u200d\ufe0e\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
