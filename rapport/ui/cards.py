"""The cards of a board as HTML: hundreds of them on a page, so in Python and with as little ado as possible.

Everything that comes from a record is escaped here or by :mod:`.cells`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.core.fields import Cell
from rapport.ui.assets import asset
from rapport.ui.cells import draw_brief, mark


@dataclass(frozen=True, slots=True)
class Card:
    """One record of a board. ``cells`` are the chosen fields: label, value, and whether it is a number;
    ``owner`` is who has it, ``move_url`` where it is moved, empty where the reader may not; ``time`` stands before
    the title.
    """

    id: int
    title: str
    url: str
    cells: Sequence[tuple[str, Cell, bool]]
    owner: str
    move_url: str
    time: str = ""


def cards(some: Sequence[Card]) -> Markup:
    """The cards of a column, one ``<li>`` each."""
    words = _Words(
        escape(_("card that can be moved")),
        escape(_("Move “%(title)s” to…")),
        f'<svg class="i" aria-hidden="true"><use href="{asset("vendor/icons.svg")}#ellipsis"/></svg>',
    )
    return Markup("".join(_card(card, words) for card in some))  # noqa: S704 - escaped below


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands on every card that can be moved."""

    moves: str
    to: str
    icon: str


def _card(card: Card, words: _Words) -> str:
    title = escape(card.title)
    movable, menu = "", ""
    if card.move_url:
        url, label = escape(card.move_url), words.to.replace("%(title)s", title)
        movable = f' data-movable tabindex="0" aria-roledescription="{words.moves}"'
        menu = (
            f'<a class="btn ghost sm icon" href="{url}" hx-get="{url}" hx-target="#card-menu" data-panel="card-menu" '
            f'aria-label="{label}" title="{label}" draggable="false">{words.icon}</a>'
        )
    lines = "".join(_line(label, cell, is_number) for label, cell, is_number in card.cells)
    owner = escape(card.owner)
    own = f'<span class="own" title="{owner}">{mark(card.owner, "person", "xs")}<span class="sr">{owner}</span></span>'
    foot = f'<div class="told">{lines}{own if card.owner else ""}</div>' if lines or card.owner else ""
    time = f'<span class="num mut">{escape(card.time)}</span>' if card.time else ""
    return (
        f'<li class="tcard" id="card-{card.id}" data-card="{card.id}"{movable}>'
        f'<div class="row">{time}'
        f'<a class="strong grow" href="{escape(card.url)}" draggable="false">{title}</a>{menu}</div>'
        f"{foot}</li>\n"
    )


def _line(label: str, cell: Cell, is_number: bool) -> str:
    label = escape(label)
    kind = ' class="num"' if is_number else ""
    return f'<div{kind} title="{label}"><span class="sr">{label}: </span>{draw_brief(cell)}</div>'
