"""What is compared of a person or a company, in the form in which two spellings are equal."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from rapport.lib.text import fold

# Endings of names that say what a company is in law, not which one it is.
_LEGAL = frozenset({
    "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "eg", "ev", "se", "co", "cie", "inc", "llc", "llp",
    "ltd", "limited", "plc", "corp", "corporation", "company", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab",
    "as", "oy", "aps", "sl", "haftungsbeschrankt", "holding", "group", "gruppe", "and", "und", "the",
})  # fmt: skip
# Domains of addresses that say nothing about where somebody works.
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
    "arcor.de", "hotmail.com", "hotmail.de", "outlook.com", "outlook.de", "live.com", "live.de", "msn.com",
    "yahoo.com", "yahoo.de", "icloud.com", "me.com", "mac.com", "aol.com", "posteo.de", "mailbox.org", "proton.me",
    "protonmail.com", "bluewin.ch", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "libero.it", "mail.ru",
    "yandex.ru", "qq.com", "163.com",
})  # fmt: skip
_NO_LETTER = re.compile(r"[^\w]+")
_STREET = re.compile(r"\b(?:strasse|str|street|st|road|rd|avenue|ave)\b\.?|(?<=\w)(?:strasse|str)\b\.?")


class Profile(NamedTuple):
    """One record, made comparable. "" and 0 stand for what is not known, and count neither for nor against.

    ``first`` and ``last`` are a person's names; a company has its name as ``last``, without legal form. ``born`` is a
    birthday as eight digits. ``company`` is the number of the company somebody works at. ``domain`` is a company's own.
    """

    id: int
    first: str = ""
    last: str = ""
    born: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    company: int = 0
    domain: str = ""
    vat: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def person_name(text: str) -> str:
    """A name in letters and digits alone: “Müller-Lüdenscheid” gives "muller ludenscheid"."""
    return " ".join(_NO_LETTER.sub(" ", fold(text)).split())


def company_name(text: str) -> str:
    """The name of a company without its legal form; where nothing is left, with it."""
    words = person_name(text).replace("e v", "ev").split()
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words)


def street(text: str) -> str:
    """A street and number, “Hauptstr. 5” like “Haupt Straße 5”."""
    return " ".join(_NO_LETTER.sub(" ", _STREET.sub(" ", fold(text))).split())


def code(text: str) -> str:
    """A postcode or VAT number: letters and digits alone."""
    return _NO_LETTER.sub("", fold(text))


def own_domain(domains: Iterable[str]) -> str:
    """The first domain that is nobody's free mail; "" if there is none."""
    names = (name.lower().removeprefix("www.") for name in domains)
    return next((name for name in names if name and name not in FREE_MAIL), "")
