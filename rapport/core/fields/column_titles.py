"""Titles of the columns of files in which one field has several: an export writes them, an import knows them again."""

from rapport.core.fields.address import Address


def id_title(label: str) -> str:
    """The title of the column with the number of a linked record."""
    return f"{label} (ID)"


def html_title(label: str) -> str:
    """The title of the column with a rich text as HTML, beside the one with its words."""
    return f"{label} (HTML)"


def address_title(field: Address, part: str, *, alone: bool) -> str:
    """The title of a column with a part of an address; with one address the part says enough."""
    return part if alone else f"{field.label}: {part}"
