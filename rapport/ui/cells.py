"""Drawing cells: the small values that fields give, as HTML. In Python, because lists draw hundreds of them."""

from collections.abc import Callable
from functools import lru_cache
from html import escape

from markupsafe import Markup

from rapport.core.fields import Cell
from rapport.lib.rich_text import tidy
from rapport.lib.text import hue, initials

Drawer = Callable[[Cell], str]
# A cell's link may leave the page only in these ways; anything else is drawn as plain text.
SAFE_LINKS = ("/", "mailto:", "tel:", "http://", "https://")
MOST_TAGS_SHOWN = 3


def avatar(name: str, kind: str = "person", size: str = "", picture: str = "") -> Markup:
    """Initials on one of twelve colours, or the picture at that address; round for people, square for companies:
    decoration beside the name.
    """
    return Markup(mark(name, kind, size, picture))  # noqa: S704 - escaped in mark()


@lru_cache(maxsize=2048)
def mark(name: str, kind: str, size: str, picture: str = "") -> str:
    """The HTML of :func:`avatar`, kept because the same owners and companies stand on every page."""
    classes = " ".join(filter(None, ("av", "co" if kind == "company" else "", size)))
    shown = _picture(picture) if picture else escape(initials(name))
    return f'<span class="{classes}" data-h="{hue(name)}" aria-hidden="true">{shown}</span>'


def _picture(address: str) -> str:
    return f'<img src="{escape(address)}" alt="" loading="lazy">'


def draw(cell: Cell) -> Markup:
    """The HTML of a cell; everything in it is escaped here."""
    return Markup(_DRAWERS.get(cell.shape, _text)(cell))  # noqa: S704 - the drawers escape


def draw_brief(cell: Cell) -> str:
    """The HTML of a cell in a list, where users go by their first name and rich text has no formatting."""
    return _BRIEF.get(cell.shape, _DRAWERS.get(cell.shape, _text))(cell)


def drawn_brief(cell: Cell) -> Markup:
    """:func:`draw_brief` for templates."""
    return Markup(draw_brief(cell))  # noqa: S704 - the drawers escape


def _text(cell: Cell) -> str:
    return escape(cell.text)


def _empty(cell: Cell) -> str:
    return '<span class="mut">–</span>'


def _badge(cell: Cell) -> str:
    return f'<span class="badge dot" data-c="{escape(cell.tone or "grey")}">{escape(cell.text)}</span>'


def _tags(cell: Cell) -> str:
    shown = "".join(f'<span class="tag">{escape(item)}</span>' for item in cell.items[:MOST_TAGS_SHOWN])
    rest = len(cell.items) - MOST_TAGS_SHOWN
    more = f'<span class="mut fs12" title="{escape(cell.text)}">+{rest}</span>' if rest > 0 else ""
    return f'<span class="row tags">{shown}{more}</span>'


def _link(cell: Cell) -> str:
    if not cell.href.startswith(SAFE_LINKS) or cell.href.startswith("//"):
        return _text(cell)
    outside = ' rel="noreferrer noopener" target="_blank"' if cell.href.startswith("http") else ""
    title = f' title="{escape(cell.hint)}"' if cell.hint else ""
    return f'<a class="link clip" href="{escape(cell.href)}"{title}{outside}>{escape(cell.text)}</a>'


def draw_link(cell: Cell) -> str:
    """The bare link of a cell, for use inside a line of text."""
    return f'<a class="link" href="{escape(cell.href)}">{escape(cell.text)}</a>'


def _person(cell: Cell) -> str:
    return f'<span class="row">{mark(cell.text, "person", "xs")}{_link(cell)}</span>'


def _company(cell: Cell) -> str:
    return f'<span class="row">{mark(cell.text, "company", "xs")}{_link(cell)}</span>'


def _user(cell: Cell) -> str:
    return f'<span class="row">{mark(cell.text, "person", "xs")}<span class="clip">{escape(cell.text)}</span></span>'


def _brief_user(cell: Cell) -> str:
    first = escape(cell.text.split(" ", 1)[0])
    name = f'<span class="sub clip" title="{escape(cell.text)}">{first}</span>'
    return f'<span class="row">{mark(cell.text, "person", "xs")}{name}</span>'


def _moment(cell: Cell) -> str:
    return f'<span class="sub" title="{escape(cell.hint)}">{escape(cell.text)}</span>'


def _block(cell: Cell) -> str:
    return f'<span class="clip" title="{escape(cell.hint[:500])}">{escape(cell.text)}</span>'


def _rich(cell: Cell) -> str:
    """Formatted text, sanitised once more; htmx reads no attribute in it."""
    return f'<div class="rich" hx-disable>{tidy(cell.hint)}</div>'


def _brief_rich(cell: Cell) -> str:
    return f'<span class="clip">{escape(cell.text)}</span>'


def _links(cell: Cell) -> str:
    return f'<span class="lines">{"".join(_each_link(cell, len(cell.items)))}</span>'


def _each_link(cell: Cell, most: int) -> list[str]:
    """Links, and behind each what is said of it."""
    notes = cell.notes or ("",) * len(cell.items)
    return [
        _link(Cell(text, href=href)) + (f' <span class="mut fs12">{escape(note)}</span>' if note else "")
        for text, href, note in zip(cell.items[:most], cell.hrefs[:most], notes[:most], strict=True)
    ]


def _brief_links(cell: Cell) -> str:
    shown = ", ".join(_each_link(cell, 2))
    rest = len(cell.items) - 2
    more = f' <span class="mut fs12" title="{escape(cell.text)}">+{rest}</span>' if rest > 0 else ""
    return f'<span class="clip">{shown}{more}</span>'


def _file(cell: Cell) -> str:
    """The name as a link; in front of it the picture itself, where it is one that weighs little."""
    thumbnail = f'<span class="av co" aria-hidden="true">{_picture(cell.hint)}</span>' if cell.hint else ""
    if not cell.href:  # told by a history: there may be nothing behind it any more
        return escape(cell.text)
    opens = 'target="_blank" rel="noopener"' if cell.href.endswith("/image") else "download"
    name = f'<a class="link clip" href="{escape(cell.href)}" {opens}>{escape(cell.text)}</a>'
    return f'<span class="row">{thumbnail}{name}</span>'


_DRAWERS: dict[str, Drawer] = {
    "empty": _empty,
    "badge": _badge,
    "tags": _tags,
    "link": _link,
    "mail": _link,
    "phone": _link,
    "url": _link,
    "person": _person,
    "company": _company,
    "user": _user,
    "moment": _moment,
    "block": _block,
    "rich": _rich,
    "links": _links,
    "file": _file,
}
_BRIEF: dict[str, Drawer] = {"user": _brief_user, "rich": _brief_rich, "links": _brief_links}
