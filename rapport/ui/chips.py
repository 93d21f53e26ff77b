"""Chips for the users a text names, in plain text and in formatted text."""

import re
from collections.abc import Sequence
from html import escape

from markupsafe import Markup

_ELEMENT = re.compile(r"(<[^>]*>)")


def chips_in_text(text: str, names: Sequence[str] = ()) -> Markup:
    """Plain text as HTML, with the names behind “@” as chips."""
    return Markup(_chipped(escape(str(text)), names))  # noqa: S704 - escaped before


def chips_in_html(html: str, names: Sequence[str]) -> str:
    """The same for HTML that was sanitised: only what stands between elements is looked at."""
    if not names:
        return html
    parts = _ELEMENT.split(html)
    return "".join(part if place % 2 else _chipped(part, names) for place, part in enumerate(parts))


def _chipped(escaped: str, names: Sequence[str]) -> str:
    if not names or "@" not in escaped:
        return escaped
    longest_first = sorted({escape(name) for name in names if name}, key=len, reverse=True)
    pattern = re.compile(f"(?<![\\w@])@(?:{'|'.join(map(re.escape, longest_first))})(?!\\w)")
    return pattern.sub(lambda found: f'<span class="mention">{found[0]}</span>', escaped)
