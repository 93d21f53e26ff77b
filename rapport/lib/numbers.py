"""Numbers as people write them, with a point or a comma, with thousands set apart or not.

Which sign is the decimal one:

1. Point and comma both there: the last one (``1,250.00``, ``1.250,00``). One of them several times: thousands.
2. Only one, once: it is the decimal sign, except where exactly three digits follow one to three others (``1,250``).
   There it sets thousands apart: in whole numbers and money always, in decimal numbers only the comma, because
   programs write decimals with a point (so ``52.520`` stays a latitude).
3. ``mark`` ("." or ",") says which one it is, for people or files known to write one way, and ends all guessing.

Spaces, apostrophes and the thin spaces of typographers set thousands apart too.
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

MOST_DIGITS = 18
_MOST_CHARACTERS = 64
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3}(?:\1[0-9]{3})*|([.,' ])[0-9]{2}(?:\2[0-9]{2})*\2[0-9]{3})")
_SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "´": "'", "`": "'", "٫": ",", "٬": "'"})


def number_in(text: str, *, digits: int = MOST_DIGITS) -> int:
    """The number that a form or an address carries (of a record, of a page): digits alone, at most so many. 0 for all
    else, so that what somebody made up is like nothing at all.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else 0


class Reading(NamedTuple):
    """What stands in a written number: the sign, and the digits before and after the decimal sign."""

    negative: bool
    whole: str
    fraction: str


def parse_integer(text: str) -> int:
    """The whole number somebody wrote (``1,250``, ``1.250``, ``1 250``); ``ValueError`` with a sentence if none."""
    reading = read_number(tidy_number(text), alone_groups=".,")
    if reading is None or reading.fraction.strip("0"):
        raise ValueError(_("Enter a whole number, for example 1250."))
    number = int(check_digits(reading.whole))
    return -number if reading.negative else number


def parse_decimal(text: str, *, mark: str | None = None) -> Decimal:
    """The number somebody wrote (``1,250.75``, ``1.250,75``, ``0,5``); ``ValueError`` with a sentence if none."""
    reading = read_number(tidy_number(text), alone_groups=",", mark=mark)
    if reading is None:
        raise ValueError(_("Enter a number, for example 1250.75."))
    check_digits(reading.whole + reading.fraction)
    number = Decimal(f"{reading.whole}.{reading.fraction}" if reading.fraction else reading.whole)
    return -number if reading.negative and number else number


def tidy_number(text: str) -> str:
    """The text with ASCII digits, signs and single spaces; "" when it is longer than any number."""
    if len(text) > _MOST_CHARACTERS * 2:
        return ""
    tidy = " ".join(text.translate(_SIGNS).split())
    if not tidy.isascii():
        tidy = "".join(
            char if (value := unicodedata.decimal(char, None)) is None else str(value)
            for char in tidy
            if unicodedata.category(char) != "Cf"
        )
    return tidy if len(tidy) <= _MOST_CHARACTERS else ""


def read_number(tidy: str, *, alone_groups: str, mark: str | None = None) -> Reading | None:
    """The parts of a number in a text from ``tidy_number``; ``None`` when it is not one.

    ``alone_groups``: which of "." and "," set thousands apart where they stand alone before three digits.
    """
    negative, body = _without_sign(tidy)
    if not body or not body[-1].isdigit() or set(body) - set("0123456789.,' "):
        return None
    at = _decimal_at(body, alone_groups, mark)
    whole, fraction = (body, "") if at is None else (body[:at], body[at + 1 :])
    if (fraction and not fraction.isdigit()) or (whole and not whole.isdigit() and not _GROUPED.fullmatch(whole)):
        return None
    return Reading(negative, re.sub(r"[^0-9]", "", whole).lstrip("0") or "0", fraction)


def check_digits(digits: str) -> str:
    """The digits again; ``ValueError`` with a sentence when there are more than 18."""
    if len(digits.lstrip("0")) > MOST_DIGITS or len(digits) > MOST_DIGITS * 2:
        raise ValueError(_("This number is too long: at most 18 digits are possible."))
    return digits


def _without_sign(tidy: str) -> tuple[bool, str]:
    """Whether there is a minus (in front, behind as in SAP, or accountants' brackets), and the rest."""
    if tidy.startswith("(") and tidy.endswith(")"):
        return True, tidy[1:-1].strip()
    if tidy.startswith(("-", "+")):
        return tidy[0] == "-", tidy[1:].lstrip()
    if tidy.endswith("-"):
        return True, tidy[:-1].rstrip()
    return False, tidy


def _decimal_at(body: str, alone_groups: str, mark: str | None) -> int | None:
    """Where the decimal sign stands in a number, by the rules above; ``None`` when it has none."""
    points, commas = body.count("."), body.count(",")
    if mark:
        return body.rfind(mark) if mark in body else None
    if points and commas:
        return max(body.rfind("."), body.rfind(","))
    if points + commas != 1:
        return None
    at = body.index("." if points else ",")
    head, tail = body[:at], body[at + 1 :]
    groups = body[at] in alone_groups and len(tail) == 3 and head.isdigit() and len(head) <= 3 and head[0] != "0"
    return None if groups else at
