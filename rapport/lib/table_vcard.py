"""A vCard file as a table: one row a card, under titles that the import knows."""

import csv
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import TextIO

from rapport.lib.table_encoding import find_encoding
from rapport.lib.vcard import Card, Property, cards, read_lines

HEADER = (
    "First name", "Last name", "E-mail", "All e-mails", "Phone", "All phones", "Company", "Job title", "Street",
    "Postcode", "City", "Region", "Country", "Birthday", "Website", "LinkedIn", "About", "Tags", "External ID",
)  # fmt: skip
REASON = "X-RAPPORT-REASON"  # the property that says why a card was not imported
_LINE_SEPARATOR = "\u2028"  # a line break inside a cell: a card stays one line of the table
_CELL = 20_000  # characters


def convert(source: Path, target: Path) -> None:
    """Writes the cards as CSV, UTF-8 with commas; the card with the number n stands in line n + 1."""
    with _opened(source) as text, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for card in cards(read_lines(text)):
            writer.writerow([" ".join(cell[:_CELL].split(" ")).replace("\r", "").replace("\n", _LINE_SEPARATOR)
                             .replace("\0", "") for cell in row_of(card)])  # fmt: skip


def row_of(card: Card) -> list[str]:
    """The cells of a card."""
    first, last = _name(card)
    emails = _texts(card, "EMAIL")
    phones = [text.removeprefix("tel:") for text in _texts(card, "TEL")]
    address = card.first("ADR")
    parts = [" ".join(part.split()) for part in ((address.parts() if address else []) + [""] * 7)[:7]]
    urls = [*_texts(card, "URL"), *_texts(card, "X-SOCIALPROFILE")]
    linked = [url for url in urls if "linkedin.com" in url.lower()]
    company = card.first("ORG")
    title = card.first("TITLE") or card.first("ROLE")
    day = (card.first("BDAY") or Property("BDAY", "")).text.strip()
    return [
        first, last, emails[0] if emails else "", ", ".join(emails), phones[0] if phones else "",
        ", ".join(phone.replace(",", " ") for phone in phones), company.parts()[0].strip() if company else "",
        title.text.strip() if title else "", " ".join(filter(None, (parts[2], parts[1], parts[0]))), parts[5],
        parts[3], parts[4], parts[6], "" if day.startswith("-") else day.partition("T")[0],
        next((url for url in urls if url not in linked), ""), linked[0] if linked else "",
        "\n".join(_texts(card, "NOTE")), ", ".join(tag for item in card.all("CATEGORIES") for tag in item.items()),
        (card.first("UID") or Property("UID", "")).text.strip(),
    ]  # fmt: skip


def with_reasons(source: Path, wanted: Set[int], reason: Callable[[int], str]) -> Iterator[str]:
    """The text of the cards with these numbers as they stand in the file, each with its reason as a property more."""
    number = depth = 0
    with _opened(source) as text:
        for piece in read_lines(text):
            mark = piece.strip().upper() if len(piece) < 100 else ""
            if mark == "BEGIN:VCARD":
                depth += 1
                number += depth == 1
            if mark == "END:VCARD":
                depth -= 1
                if depth == 0 and number in wanted:
                    yield f"{REASON}:{reason(number).replace(chr(10), ' ')}\r\n"
            if number in wanted and (depth > 0 or mark == "END:VCARD"):
                yield piece


def _opened(source: Path) -> TextIO:
    return source.open(encoding=find_encoding(source).name, errors="replace", newline="")


def _name(card: Card) -> tuple[str, str]:
    """First and last name; a card without them is called as it is shown."""
    structured = card.first("N")
    parts = [" ".join(part.split()) for part in (structured.parts() if structured else [])]
    parts += [""] * (3 - len(parts))
    if parts[0] or parts[1]:
        return " ".join(filter(None, (parts[1], parts[2]))), parts[0]
    shown = card.first("FN")
    first, _space, last = " ".join(shown.text.split() if shown else []).rpartition(" ")
    return first, last


def _texts(card: Card, name: str) -> list[str]:
    return list(dict.fromkeys(text for item in card.all(name) if (text := item.text.strip())))
