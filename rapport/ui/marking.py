"""What was looked for, marked in the texts in which it was found."""

import re
from functools import lru_cache
from html import escape

from markupsafe import Markup

_ELEMENT = re.compile(r"(<[^>]*>)")
_MOST = 8  # words that are marked


def marked(html: str, typed: str) -> Markup:
    """HTML that is safe already, with every word of ``typed`` in <mark>; what stands inside of elements is not read."""
    words = _pattern(typed)
    if words is None or not html:
        return Markup(html)  # noqa: S704 - safe before
    parts = _ELEMENT.split(str(html))
    return Markup(  # noqa: S704 - safe before, and <mark> is all that is added
        "".join(part if place % 2 else words.sub(r"<mark>\g<0></mark>", part) for place, part in enumerate(parts))
    )


@lru_cache(maxsize=64)
def _pattern(typed: str) -> re.Pattern[str] | None:
    words = sorted({escape(word) for word in typed.split()[:_MOST]}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None
