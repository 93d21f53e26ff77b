"""Pasted text taken apart into people: a mail's signature, several of them, or a list of addresses.

Rules, no guessing service: what a line looks like decides what it is, and what no rule knows comes back as ``rest``,
so that nothing is lost unseen. Everything is linear in the length of the text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapport.people import pasted_words as words
from rapport.people.names import split_name

MOST_TEXT = 100_000  # characters
MOST_PEOPLE = 200
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_URL = re.compile(r"(?:https?://|www\.)[^\s|,;<>()]{3,200}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w@.])(?:\+|00|0|\(0|\(\+)[0-9()/ .–-]{5,24}[0-9](?![\w@])")
_ADDRESS = re.compile(
    r"(?:\"(?P<quoted>[^\"\n]{2,80})\"\s*|(?P<name>[^\"<>,;@\n]{2,80}?)\s*)?<(?P<mail>[^<>\s]{3,254})>"
)
_PLACE = re.compile(
    r"(?:(?P<land>[A-Z]{1,2})[- ])?(?P<postcode>\d{4,5}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{4} ?[A-Z]{2})"
    r",?\s+(?P<city>[^\W\d][\w .'’()-]{1,60})"
)
_STREET = re.compile(r"(?:[^\W\d][\w .'’-]{2,60}\s\d{1,4}\s?[a-z]?|\d{1,5},?\s[^\W\d][\w .'’-]{2,60})", re.IGNORECASE)
_SPLIT = re.compile(r"\s[|•·]\s|\s{3,}|\t")
_LABEL = re.compile(r"^\s*[\w. /-]{1,20}[.:]\s*$")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


@dataclass
class Pasted:
    """A person found in a text. ``rest``: lines that no rule understood. All texts, as written."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    company: str = ""
    job_title: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    website: str = ""
    rest: list[str] = field(default_factory=list)

    @property
    def is_somebody(self) -> bool:
        """Whether it says enough to make a person of."""
        return bool(self.email or self.phone or self.last_name)


def people_in(text: str) -> list[Pasted]:
    """The people that a text speaks of, in its order; none if it has no name, address or number."""
    lines = [line.strip() for line in text[:MOST_TEXT].replace("\r", "\n").replace("\xa0", " ").split("\n")]
    if listed := _list(lines):
        found = listed
    else:
        found = [_signature(block) for block in _blocks(lines)]
    return [person for person in found if person.is_somebody][:MOST_PEOPLE]


def _list(lines: Sequence[str]) -> list[Pasted]:
    """People of a text in which every line is one, or in which addresses stand one after the other."""
    told = [line for line in lines if line]
    addresses = [match for line in told for match in _ADDRESS.finditer(line)]
    if len(addresses) > 1 or (addresses and len(told) == 1):
        return [_addressed(match["quoted"] or match["name"] or "", match["mail"]) for match in addresses]
    mails = [_EMAIL.findall(line) for line in told]
    if len(told) > 1 and all(len(found) == 1 for found in mails):
        return [_signature(_SPLIT.split(line) if _SPLIT.search(line) else re.split(r"[,;]\s*", line)) for line in told]
    if len(told) == 1 and len(mails[0]) > 1:
        return [_addressed("", mail) for mail in mails[0]]
    return []


def _addressed(name: str, mail: str) -> Pasted:
    person = Pasted(email=mail)
    _name(person, name.strip() or _name_of_mail(mail))
    return person


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """Signatures that stand one below the other: an empty line parts them where both sides have an address."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    joined: list[list[str]] = []
    for block in blocks:
        has_mail = any(_EMAIL.search(line) for line in block)
        if joined and not (has_mail and any(_EMAIL.search(line) for line in joined[-1])):
            joined[-1] += block
        elif block:
            joined.append(block)
    return joined


def _signature(lines: Sequence[str]) -> Pasted:
    person = Pasted()
    left: list[str] = []
    for line in lines:
        for part in _SPLIT.split(line):
            if (text := part.strip(" ,;|-–—*\t")) and not words.is_greeting(text):
                left += _take(person, text)
    for settle in (_settle_company, _settle_name, _settle_title, _settle_street):
        left = settle(person, left)
    if not person.last_name and person.email:
        _name(person, _name_of_mail(person.email))
    person.rest = left
    return person


def _take(person: Pasted, text: str) -> list[str]:
    """Takes out of a line what is known by its form; what stays of it are words."""
    for pattern, keep in ((_EMAIL, _keep_mail), (_URL, _keep_site)):
        if match := pattern.search(text):
            keep(person, match[0])
            text = (text[: match.start()] + " " + text[match.end() :]).strip(" <>()|,;")
    while match := _PHONE.search(text):
        label = text[: match.start()]
        _keep_phone(person, match[0], label)
        # The word in front of a number only says what it is.
        before = "" if words.is_phone_label(label) or _LABEL.match(label) else label
        text = f"{before} {text[match.end() :]}".strip(" |,;-–/")
    if words.is_label(text):
        return []
    return _take_address(person, text)


def _take_address(person: Pasted, text: str) -> list[str]:
    left = []
    for part in (one.strip() for one in re.split(r",\s*", text)) if _PLACE.search(text) else [text]:
        if (place := _PLACE.fullmatch(part)) and not person.city:
            person.postcode, person.city = place["postcode"], place["city"].strip()
            person.country = person.country or words.land(place["land"] or "")
        elif not person.street and _STREET.fullmatch(part) and words.is_street(part):
            person.street = part
        elif not person.country and words.is_country(part):
            person.country = part
        elif part:
            left.append(part)
    return left


def _keep_mail(person: Pasted, mail: str) -> None:
    person.email = person.email or mail.strip(".'")


def _keep_site(person: Pasted, site: str) -> None:
    if not words.is_network(site):
        person.website = person.website or site.rstrip("/.")


def _keep_phone(person: Pasted, number: str, label: str) -> None:
    if words.is_fax(label):
        return
    number = " ".join(number.split())
    if words.is_mobile(label) and not person.mobile:
        person.mobile = number
    elif not person.phone:
        person.phone = number
    elif not person.mobile:
        person.mobile = number


def _settle_company(person: Pasted, left: list[str]) -> list[str]:
    own = words.own_domain(person.email) or words.own_domain(f"@{words.host(person.website)}")
    rules: tuple[Callable[[str], bool], ...] = (words.has_legal_form, lambda line: words.is_called(line, own))
    for rule in rules:
        for line in left:
            if rule(line) and len(line) <= 120:
                person.company = line
                return [other for other in left if other != line]
    return left


def _settle_name(person: Pasted, left: list[str]) -> list[str]:
    left = [part for line in left for part in _name_and_title(line)]
    for line in left:
        if _is_name(plain := words.without_salutation(line)):
            _name(person, plain)
            # A person has no box for it, so an academic title stays in the note: “Dr. Anna Berg”.
            return [other for other in left if other != line or words.has_degree(line)]
    return left


def _name_and_title(line: str) -> list[str]:
    """“Anna Berg, Head of Purchasing” as the two that it says; any other line as it is."""
    parts = re.split(r",\s+|\s+[|–-]\s+", line, maxsplit=1)
    both = len(parts) == 2 and _is_name(words.without_salutation(parts[0])) and words.is_title(parts[1])
    return parts if both else [line]


def _is_name(text: str) -> bool:
    """Two to five words with capitals, no digits, and no word of a job among them."""
    parts = _WORD.findall(text)
    capital = all(part[0].isupper() or part.lower() in words.PARTICLES for part in parts)
    return 2 <= len(parts) <= 5 and capital and not any(sign.isdigit() for sign in text) and not words.is_title(text)


def _settle_title(person: Pasted, left: list[str]) -> list[str]:
    for line in left:
        if words.is_title(line) and len(line) <= 150:
            person.job_title = line
            return [other for other in left if other != line]
    return left


def _settle_street(person: Pasted, left: list[str]) -> list[str]:
    """Beside a town, a line with a number at its end is the street, whatever it is called."""
    if person.street or not person.city:
        return left
    for line in left:
        if _STREET.fullmatch(line):
            person.street = line
            return [other for other in left if other != line]
    return left


def _name(person: Pasted, text: str) -> None:
    parts = split_name(words.without_salutation(text))
    person.first_name, person.last_name = parts["first_name"], parts["last_name"]


def _name_of_mail(mail: str) -> str:
    """“anna.berg@…” is Anna Berg; an address of a house (“info@…”) names nobody."""
    local = mail.partition("@")[0]
    parts = [part for part in re.split(r"[._-]+", local) if part.isalpha()]
    if len(parts) < 2 or words.is_house(local):
        return ""
    return " ".join(part.capitalize() for part in parts[:3])
