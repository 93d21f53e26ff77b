"""A pasted mail or signature, taken apart by rules: who wrote, what they want, where they came from.

The head of a forwarded mail is read in English and German; the signature below is read as ``people.pasted`` reads one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapport.people.pasted import MOST_TEXT, Pasted, people_in

PARTS = (
    "first_name", "last_name", "email", "phone", "mobile", "company", "job_title", "street", "postcode", "city",
    "country", "website",
)  # fmt: skip
_HEAD = re.compile(
    r"^\W{0,3}(From|Von|Subject|Betreff|To|An|Cc|Date|Datum|Sent|Gesendet)\W{0,2}:\s*(.*)$", re.IGNORECASE
)
_PREFIX = re.compile(r"^(?:(?:re|aw|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
_UTM = re.compile(r"[?&]utm_(source|medium|campaign|term|content)=([^&\s#>]{1,200})", re.IGNORECASE)
_SIGNED = re.compile(r"^(?:--\s*$|(?:best|kind|warm)?\s*regards|(?:mit )?(?:freundliche|beste|viele|liebe)n? grüße"
                     r"|best wishes|sincerely|cheers|thanks,?$|mfg|vg\b|lg\b)", re.IGNORECASE)  # fmt: skip
_LONGEST_WISH = 90  # characters of a title that is made of a mail's first sentence


@dataclass
class Proposal:
    """What a text says: who (by ``PARTS``), what they want, what they wrote, and the UTM values of a link in it."""

    who: dict[str, str] = field(default_factory=dict)
    wish: str = ""
    note: str = ""
    utm: dict[str, str] = field(default_factory=dict)

    @property
    def is_somebody(self) -> bool:
        """Whether it says enough to make a person of."""
        return any(self.who.get(key) for key in ("last_name", "email", "phone"))


def proposal(text: str) -> Proposal:
    """What a pasted text proposes."""
    lines = text[:MOST_TEXT].replace("\r\n", "\n").split("\n")
    head, rest = _head(lines)
    body, signature = _parted(rest)
    people = people_in("\n".join(signature) if signature else "\n".join(rest))
    sender = people_in(head.get("from", ""))
    who = _joined(sender[:1] + people[:1])
    # Without a greeting between them, the lines that are not about the person are what they wrote.
    written = "\n".join(body).strip() if signature else "\n".join(people[0].rest if people else rest)
    wish = _PREFIX.sub("", head.get("subject", "")).strip() or _first_sentence(written)
    utm = {key.lower(): value for key, value in _UTM.findall(text)}
    return Proposal(who, wish[:300], written.strip(), utm)


def _head(lines: list[str]) -> tuple[Mapping[str, str], list[str]]:
    """The lines that a mail programme writes above a mail, by what they say; and all others."""
    found: dict[str, str] = {}
    rest = []
    for line in lines:
        match = _HEAD.match(line)
        if match is None:
            rest.append(line)
            continue
        key = {"von": "from", "betreff": "subject"}.get(match[1].lower(), match[1].lower())
        found.setdefault(key, match[2].strip())
    return found, rest


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """What is written, and the signature below the greeting; none where nobody greets."""
    for number, line in enumerate(lines):
        if number and _SIGNED.match(line.strip()):
            return lines[:number], lines[number + 1 :]
    return [], []


def _joined(people: list[Pasted]) -> dict[str, str]:
    """One person of what the head and the signature say; the head's address is surer, the signature's name is."""
    who: dict[str, str] = {}
    for person in reversed(people):
        for part in PARTS:
            if text := str(getattr(person, part)):
                who.setdefault(part, text)
    if people and people[0].email:
        who["email"] = people[0].email
    return who


def _first_sentence(text: str) -> str:
    for line in text.split("\n"):
        plain = line.strip()
        if len(plain.split()) > 3 and "@" not in plain:
            return plain if len(plain) <= _LONGEST_WISH else plain[:_LONGEST_WISH].rsplit(" ", 1)[0] + "…"
    return ""
