"""Phone numbers: the form in which they are compared, the check of what somebody typed, and how they are shown."""

import re
import unicodedata
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _

from rapport.lib.text import clean_line

_MOST_TYPED = 60
# Numbers that are sure to be in E.164 already: countries without a prefix that people write by mistake behind the
# country code, as in +49 (0)30. All others go through the library.
_E164 = re.compile(r"\+(?:(?:49|43|41|44|33|31|32|46)[1-9][0-9]{6,10}|1[2-9][0-9]{2}[2-9][0-9]{6})")
_UNSPACED = str.maketrans("", "", " -/.")
_LABEL = re.compile(
    r"(?:tel|telefon|telephone|phone|mobile|mobil|handy|fax|fon|cell|office|t|m|p)\s?[.:]+\s?", re.IGNORECASE
)
_EXTENSION = re.compile(r"(?:ext(?:ension)?|durchwahl|dw|app|x|#)\s?[.:]?\s?([0-9]{1,7})$", re.IGNORECASE)
# Numbers that need no second look: nothing but digits, marks and single spaces between them.
_USUAL = re.compile(r"[+0-9()/.-]+(?: [+0-9()/.-]+)*")
_ALL_MARKS = str.maketrans("", "", "+()/.- ")
_MARKS = frozenset("+()/.-–‐‑ *")  # also the hyphens of word processors


def normalise_phone(text: str, region: str = "DE") -> str:
    """The number as it is compared: E.164 ("+4930123456", with an extension "+4930123456x12"), else its digits only.

    ``region`` is the ISO country whose numbers are written without a country code. Never fails; E.164 stays as it is.
    """
    if text.startswith("+") and _E164.fullmatch(plain := text.translate(_UNSPACED)):
        return plain
    return _normalised(text[: _MOST_TYPED * 2], region)


def with_code(text: str, region: str = "DE") -> str:
    """The number as written if that is with its country code, else in its normal form: all that a search needs."""
    return text if text.startswith("+") else normalise_phone(text, region)


def check_phone(text: str, region: str = "DE") -> str:
    """The number as somebody typed it, tidied: no "tel:", single spaces, an extension as "ext. 12".

    ``ValueError`` with a sentence when it has letters, fewer than 3 digits, or more than any number has.
    """
    if len(text) <= _MOST_TYPED and _USUAL.fullmatch(text) and 3 <= len(text.translate(_ALL_MARKS)) <= 20:
        return text
    if len(text) > _MOST_TYPED * 4:
        raise ValueError(_("This is too long for a phone number: at most 60 characters are possible."))
    number = _plain(clean_line(text, _MOST_TYPED * 4))
    main, extension = _split(number)
    for char in main:
        if char.isalpha():
            raise ValueError(_("A phone number has no letters. Write it in digits, for example +49 30 123456."))
        if char not in _MARKS and not char.isdecimal():
            raise ValueError(
                _("A phone number cannot contain “%(char)s”. Write it in digits, for example +49 30 123456.")
                % {"char": char},
            )
    if len(_digits(main)) < 3:
        raise ValueError(_("A phone number has at least 3 digits, for example +49 30 123456."))
    if len(number) > _MOST_TYPED or len(_digits(main)) > 20:
        raise ValueError(_("This is too long for a phone number: at most 20 digits are possible."))
    return f"{main} ext. {extension}" if extension else main


@lru_cache(maxsize=20_000)
def display_phone(text: str, region: str = "DE") -> str:
    """The number as it is shown: "+49 30 123456", always with the country code; what is not understood, as typed.

    A team abroad reads it the same way, and it can be dialled as it stands.
    """
    number = text[: _MOST_TYPED * 2]
    library = _library()
    try:
        parsed = library.parse(_asked(number), region)
    except library.NumberParseException:
        return number.strip()
    if not _is_full(parsed):
        return number.strip()
    return str(library.format_number(parsed, library.PhoneNumberFormat.INTERNATIONAL))


@lru_cache(maxsize=20_000)
def _normalised(text: str, region: str) -> str:
    library = _library()
    try:
        parsed = library.parse(_asked(text), region)
    except library.NumberParseException:
        return _digits(text)
    if not _is_full(parsed):
        return _digits(text)
    number = str(library.format_number(parsed, library.PhoneNumberFormat.E164))
    # A zero behind the country code belongs to the number in few countries; elsewhere it would be lost when the number
    # is read again.
    if parsed.italian_leading_zero and not _is_same(library.parse(number), parsed):
        return _digits(text)
    return f"{number}x{parsed.extension}" if parsed.extension else number


def _is_full(parsed: object) -> bool:
    """Whether the number has the length of one that can be dialled from elsewhere."""
    library = _library()
    return bool(library.is_possible_number_with_reason(parsed) == library.ValidationResult.IS_POSSIBLE)


def _is_same(one: Any, other: Any) -> bool:
    return (one.country_code, one.national_number, one.number_of_leading_zeros) == (
        other.country_code,
        other.national_number,
        other.number_of_leading_zeros,
    )


def _plain(text: str) -> str:
    """The number without the words and marks that are pasted with it: "Tel.: …", an apostrophe of a spreadsheet."""
    text = text.strip(" '\"<>;,")
    label = _LABEL.match(text)
    return (text[label.end() :] if label else text).strip()


def _split(number: str) -> tuple[str, str]:
    """The number and its extension ("" when there is none)."""
    match = _EXTENSION.search(number)
    return (number[: match.start()].rstrip(" ,;-"), match[1]) if match and match.start() else (number, "")


def _asked(text: str) -> str:
    """The number as the library understands it best."""
    main, extension = _split(_plain(" ".join(text.split())))
    return f"{main} ext. {extension}" if extension else main


def _digits(text: str) -> str:
    """The digits of a text, those of other writings as ASCII."""
    return "".join([str(digit) for char in text if (digit := unicodedata.decimal(char, None)) is not None])


@cache
def _library() -> ModuleType:
    """The library of the world's numbering plans; it takes 22 MB and is loaded by the first number that needs it."""
    import phonenumbers  # noqa: PLC0415 - see above

    return phonenumbers
