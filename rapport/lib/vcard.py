"""Reading vCard files (2.1, 3.0, 4.0) card by card, as telephones and address books write them.

A file is never held in memory: of a picture, however large, nothing is kept. Lines are unfolded, quoted-printable and
character sets decoded, groups (``item1.EMAIL``) taken off. What is not understood is left out; nothing fails.
"""

import base64
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MOST_PROPERTIES = 500  # of one card
MOST_VALUE = 100_000  # characters of one property; what is beyond is cut
_PIECE = 64 * 1024
_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT"})
_NAME = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:]*)?):", re.ASCII)


@dataclass(frozen=True)
class Property:
    """One property of a card: its name in capitals, its types in small letters (“home”, “pref”) and its value."""

    name: str
    value: str
    types: frozenset[str] = frozenset()

    def parts(self) -> list[str]:
        """The parts of a structured value (N, ADR, ORG), unescaped."""
        return [plain(part) for part in _split(self.value, ";")]

    def items(self) -> list[str]:
        """The items of a list (CATEGORIES, NICKNAME), unescaped."""
        return [text for part in _split(self.value, ",") if (text := plain(part).strip())]

    @property
    def text(self) -> str:
        """The value as one text, unescaped."""
        return plain(self.value)


@dataclass
class Card:
    """One card: its number in the file from 1, and its properties in their order, the preferred of each name first."""

    number: int
    properties: list[Property] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """The properties of that name that say something, the preferred first."""
        found = [item for item in self.properties if item.name == name and item.value.strip(";, ")]
        return sorted(found, key=lambda item: "pref" not in item.types)

    def first(self, name: str) -> Property | None:
        """The preferred property of that name."""
        return next(iter(self.all(name)), None)


def cards(lines: Iterable[str]) -> Iterator[Card]:
    """The cards of a file whose lines are given (a long one may come in pieces, only the last with its line end)."""
    card: Card | None = None
    number = depth = 0
    for name, params, value in _properties(lines):
        mark = value.strip().upper()
        if name == "BEGIN" and mark == "VCARD":
            depth += 1
            if depth == 1:
                number += 1
                card = Card(number)
        elif name == "END" and mark == "VCARD":
            depth = max(depth - 1, 0)
            if depth == 0 and card is not None:
                yield card
                card = None
        elif depth == 1 and card is not None and len(card.properties) < MOST_PROPERTIES and name not in _LEFT_OUT:
            card.properties.append(_property(name, params, value))
    if card is not None:
        yield card


def read_lines(text: "Iterable[str]") -> Iterator[str]:
    """The lines of an open text file in pieces of at most 64 KB: a picture may be one line of many megabytes."""
    readline = text.readline  # type: ignore[attr-defined]
    while piece := readline(_PIECE):
        yield piece


def plain(value: str) -> str:
    """A value without its escapes."""
    if "\\" not in value:
        return value
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)


def _properties(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and raw value of each unfolded line."""
    kept = ""
    quoted = False  # in quoted-printable a line goes on behind a = at its end, without being indented
    for line, begins in _whole_lines(lines):
        if begins and kept and quoted and kept.endswith("="):
            kept = _add(kept[:-1], line.lstrip("\t") if line[:1] == "\t" else line)
            continue
        if begins and kept and line[:1] in (" ", "\t") and line.strip():
            kept = _add(kept, line[1:])
            continue
        if not begins:
            kept = _add(kept, line)
            continue
        yield from _parsed(kept)
        kept = line
        quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    yield from _parsed(kept)


def _whole_lines(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Pieces without line ends, and whether each begins a line."""
    begins = True
    for piece in pieces:
        stripped = piece.rstrip("\r\n")
        yield stripped, begins
        begins = len(stripped) < len(piece)


def _add(kept: str, more: str) -> str:
    return kept + more[: max(MOST_VALUE - len(kept), 0)] if more else kept


def _parsed(line: str) -> Iterator[tuple[str, str, str]]:
    if match := _NAME.match(line):
        yield match[1].upper(), match[2], line[match.end() :][:MOST_VALUE]


def _property(name: str, params: str, value: str) -> Property:
    types: set[str] = set()
    encoding = charset = ""
    for param in params.split(";"):
        key, _equals, said = param.strip().partition("=")
        key, said = (key.upper(), said.strip('"')) if _equals else ("TYPE", key)
        if key == "TYPE" and said.upper() in ("QUOTED-PRINTABLE", "BASE64"):
            encoding = said.upper()
        elif key == "TYPE":
            types.update(part.strip().lower() for part in said.split(","))
        elif key == "PREF":
            types.add("pref")
        elif key == "ENCODING":
            encoding = said.upper()
        elif key == "CHARSET":
            charset = said
    return Property(name, _decoded(value, encoding, charset), frozenset(types))


def _decoded(value: str, encoding: str, charset: str) -> str:
    if encoding not in ("QUOTED-PRINTABLE", "BASE64", "B"):
        return value
    try:
        raw = value.encode("utf-8", "replace")
        decoded = quopri.decodestring(raw) if encoding == "QUOTED-PRINTABLE" else base64.b64decode(raw + b"==")
        text = decoded.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return value
    # A line break that was encoded belongs to the value; escaped, it stays there when the value is taken apart.
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _split(value: str, mark: str) -> list[str]:
    """The parts between marks that are not escaped."""
    parts, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == mark:
            parts.append(value[start:at])
            start = at + 1
        at += 1
    return [*parts, value[start:]]
