"""E-mail addresses: the form in which they are compared, and the check of what somebody typed or pasted.

Nothing here asks the network. All functions take time linear in the length of the text.
"""

import re
from urllib.parse import unquote

from django.utils.translation import gettext as _

from rapport.lib.domains import ascii_domain, check_domain, is_foreign_letter
from rapport.lib.text import clean_line, composed

MOST_LOCAL = 64
MOST_ADDRESS = 254
_MOST_PASTED = 2_000
_LOCAL_MARKS = frozenset("!#$%&'*+-/=?^_`{|}~.")
# Addresses that need no second look, as nearly all are: nothing around them, nothing unusual in them.
_USUAL = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,63}"
)
_OPENING = "<([\"'“„‘‚«"
_CLOSING = ">)]\"'“”’»,;:.!?"


def normalise_email(text: str) -> str:
    """The address as it is compared and searched: lower case, its domain in ASCII. Never fails; twice is like once."""
    plain = text.strip()
    if plain.isascii():
        return plain.lower()
    lowered = composed(composed(plain).lower()).strip()
    local, at, domain = lowered.rpartition("@")
    return local + at + ascii_domain(domain) if at else lowered


def check_email(text: str) -> str:
    """The address as it is shown, freed of what surrounds it: ``mailto:``, ``Anna <…>``, quotes, a full stop behind.

    ``ValueError`` with a sentence for the person when it is not one address.
    """
    if len(text) <= MOST_ADDRESS and _USUAL.fullmatch(text):
        return text
    if len(text) > _MOST_PASTED:
        raise ValueError(_("This is too long for an e-mail address: at most 254 characters are possible."))
    address = _bare(clean_line(text, _MOST_PASTED))
    if not address:
        raise ValueError(_("Enter an e-mail address, for example anna@example.com."))
    local, at, domain = address.rpartition("@")
    if not at:
        raise ValueError(_("The @ sign is missing. An e-mail address looks like anna@example.com."))
    if "@" in local:
        raise ValueError(_("There is more than one @ sign. Enter one address, for example anna@example.com."))
    if " " in address:
        raise ValueError(_("An e-mail address has no spaces. Remove them, as in anna@example.com."))
    _check_local(local)
    cleaned = f"{local}@{check_domain(domain)}"
    if len(local.encode()) + 1 + len(ascii_domain(domain)) > MOST_ADDRESS:
        raise ValueError(_("This is too long for an e-mail address: at most 254 characters are possible."))
    return cleaned


def _bare(text: str) -> str:
    """The address within what people paste; what is no address comes back as it is."""
    opening = text.rfind("<")
    if opening >= 0 and "@" in text[opening:]:
        text = text[opening + 1 :].partition(">")[0]
    text = text.strip().lstrip(_OPENING)
    if text[:7].lower() == "mailto:":
        text = clean_line(unquote(text[7:].partition("?")[0]), _MOST_PASTED)
    return text.strip().rstrip(_CLOSING).rstrip()


def _check_local(local: str) -> None:
    if not local:
        raise ValueError(_("The name before the @ sign is missing, as in anna@example.com."))
    if len(local.encode()) > MOST_LOCAL:
        raise ValueError(_("The part before the @ sign is too long: at most 64 characters are possible."))
    for char in local:
        if not (char in _LOCAL_MARKS or (char.isascii() and char.isalnum()) or is_foreign_letter(char)):
            raise ValueError(
                _("An e-mail address cannot contain “%(char)s”. It looks like anna@example.com.") % {"char": char},
            )
    if local[0] == "." or local[-1] == "." or ".." in local:
        raise ValueError(_("Before the @ sign a dot stands between two letters. Remove the extra dot."))
