"""What a value looks like in a list, a fact or a file, without saying how it is drawn."""

from typing import NamedTuple


class Cell(NamedTuple):
    """A small value to show. ``shape`` tells the drawing side which of the other parts to use.

    Shapes: text, block, number, badge, tags, link, mail, phone, url, person (round avatar), company (square),
    user, moment, yes_no, rich (``hint`` is canonical HTML), links (``items``, ``hrefs`` and perhaps ``notes``, what is
    said of each), file (``hint`` is the address of a small picture), empty. ``tone`` is one of the
    meaning colours; ``hint`` the full form of ``text``.
    """

    text: str = ""
    shape: str = "text"
    href: str = ""
    tone: str = ""
    hint: str = ""
    items: tuple[str, ...] = ()
    hrefs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


EMPTY = Cell(shape="empty")
