"""Names of internet domains, as they stand in e-mail and web addresses."""

import unicodedata

from django.utils.translation import gettext as _

_MOST_LABEL = 63
_MOST_DOMAIN = 253
_DOTS = str.maketrans("。．｡", "...")  # what East Asian keyboards give for a dot


def ascii_domain(text: str) -> str:
    """The domain as machines write it: lower case, other alphabets as "xn--…". Never fails: what is no domain only
    becomes lower case.

    As browsers and mail programs do now (IDNA 2008), "straße.de" and "strasse.de" stay two domains.
    """
    if text.isascii():
        return text.lower()
    if len(text) > _MOST_DOMAIN:
        return text.lower()
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_DOTS)).lower())
    return ".".join(_ascii_label(label) for label in name.split("."))


def check_domain(text: str) -> str:
    """The domain as it is shown: lower case, in its own alphabet; ``ValueError`` with a sentence when it is none."""
    if len(text) > _MOST_DOMAIN:
        raise ValueError(_("The domain is too long: at most 253 characters are possible."))
    name = unicodedata.normalize("NFC", text.translate(_DOTS).lower())
    if not name:
        raise ValueError(_("The domain is missing, for example example.com."))
    labels = name.split(".")
    if len(labels) < 2 or not labels[-1]:
        raise ValueError(_("The domain ending is missing, for example .com."))
    for label in labels:
        _check_label(label)
    ending = labels[-1]
    if len(ending) < 2 or ending.isdecimal():
        raise ValueError(_("“.%(ending)s” is no domain ending; write one such as .com.") % {"ending": ending})
    if len(ascii_domain(name)) > _MOST_DOMAIN:
        raise ValueError(_("The domain is too long: at most 253 characters are possible."))
    return name


def is_foreign_letter(char: str) -> bool:
    """Whether a character beyond ASCII is a letter, a mark on one, or a digit: what addresses of all alphabets have."""
    return not char.isascii() and unicodedata.category(char)[0] in "LMN"


def _check_label(label: str) -> None:
    if not label:
        raise ValueError(_("The domain has two dots in a row, or begins with one. Remove the extra dot."))
    for char in label:
        if not (char == "-" or (char.isascii() and char.isalnum()) or is_foreign_letter(char)):
            raise ValueError(
                _("A domain cannot contain “%(char)s”. It has letters, digits, dots and hyphens, as in example.com.")
                % {"char": char},
            )
    if label[0] == "-" or label[-1] == "-":
        raise ValueError(_("No part of a domain begins or ends with a hyphen. Remove the hyphen."))
    if len(_ascii_label(label)) > _MOST_LABEL:
        raise ValueError(_("A part of the domain is too long: at most 63 characters stand between two dots."))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii")
