"""Rich text: a few elements of HTML that people write with, and nothing that could run, load or hide anything.

Sanitised by nh3 (an allowlist); afterwards brought into one canonical form, so that saving twice changes nothing:
blocks on the outside, ``strong`` and ``em`` instead of ``b`` and ``i``, links to the web, mail and phone only.
Text without markup is understood, too, and becomes paragraphs.
"""

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

import nh3
from django.utils.translation import gettext as _

from rapport.lib.text import composed, harmless
from rapport.lib.wording import grouped

MOST_BYTES = 100 * 1024  # of the canonical form
_MOST_SENT = 400 * 1024  # of what is sent: word processors send much that is taken out
_MOST_TAGS = 8_000  # a parser's time grows faster than their number
_DEEPEST = 12  # elements within each other; what lies deeper is put beside
_ROUNDS = 5

_BLOCKS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre"})
_INLINE = frozenset({"strong", "em", "u", "s", "a", "code"})
TAGS = _BLOCKS | _INLINE | {"br", "li"}
_SAME = {
    "b": "strong", "i": "em", "strike": "s", "del": "s", "ins": "u", "div": "p", "h1": "h2", "h5": "h4", "h6": "h4",
    "tr": "p",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_MARKUP = re.compile(rf"\s*<(?:{'|'.join(sorted({*TAGS, *_SAME, 'span', 'table', 'html', 'body'}))})\b[^>]*>", re.I)
# What the canonical form is made of; any other “<” in it stands as “&lt;”.
_CANONICAL = re.compile(rf'</?(?:{"|".join(sorted(TAGS - {"a"}))})>|<a href="[^"<>]*" rel="noopener noreferrer">|</a>')
_VISIBLE = re.compile(r"[^\s\u00a0\u00ad\u200b-\u200f\u2060\ufeff]")

_FIRST = nh3.Cleaner(
    tags={*TAGS, *_SAME}, attributes={"a": {"href"}}, url_schemes=_SCHEMES, url_relative="deny", link_rel=None
)
_LAST = nh3.Cleaner(
    tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=_SCHEMES, url_relative="deny",
    link_rel="noopener noreferrer",
)  # fmt: skip


def clean_rich(text: str) -> str:
    """What somebody wrote, as canonical HTML; "" where nothing of it can be seen.

    ValueError with a sentence when it is longer than 100 KB.
    """
    if len(text) > _MOST_SENT or text.count("<") > _MOST_TAGS:
        raise _too_long(len(text.encode("utf-8", "replace")))
    begun = _with_markup(text) if is_markup(text) else from_plain(text)
    if (size := len(begun.encode())) > 2 * MOST_BYTES:  # further rounds change little and cost as much as the first
        raise _too_long(size)
    made = _settled(begun)
    if (size := len(made.encode())) > MOST_BYTES:
        raise _too_long(size)
    return made


@lru_cache(maxsize=512)
def tidy(stored: str) -> str:
    """What is stored as canonical HTML again, whatever lies in the table: nothing is shown that was not looked at."""
    if not stored:
        return ""
    if len(stored) > _MOST_SENT or stored.count("<") > _MOST_TAGS:  # never written by us
        return _settled(from_plain(stored[:MOST_BYTES]))
    return _settled(_with_markup(stored) if is_markup(stored) else from_plain(stored))


def is_markup(text: str) -> bool:
    """True for HTML: it begins with an element that people write with, and has an end of one. Else it is plain text."""
    return _MARKUP.match(text) is not None and ("</" in text or text.rstrip().endswith(">"))


def from_plain(text: str) -> str:
    """Plain text as paragraphs: a blank line parts them, an end of line stays one."""
    lines = [line.rstrip() for line in composed(harmless(text)).splitlines()]
    paragraphs = re.split(r"\n\n+", "\n".join(lines).strip("\n"))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


@lru_cache(maxsize=512)
def as_plain(html: str) -> str:
    """The words of canonical HTML without markup: what lists, search and files show."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip("\n ")


def opening(stored: str, length: int) -> str:
    """The first words of what is stored, as plain text of some ``length`` characters or more; to be escaped like any.

    What is as we wrote it costs no sanitiser, and only its beginning is read. All else is sanitised first.
    """
    part = stored[: 20 * length]
    if len(part) < len(stored):
        part = part[: part.rfind("<")] if part.rfind("<") > part.rfind(">") else part
    if not is_markup(stored) or _CANONICAL.sub("", part).find("<") >= 0:
        return as_plain(tidy(stored))
    return as_plain(part)


def _too_long(size: int) -> ValueError:
    return ValueError(
        _("This text with its formatting takes %(size)s KB; at most %(limit)s KB fit here. Shorten it.")
        % {"size": grouped(-(-size // 1024)), "limit": grouped(MOST_BYTES // 1024)}
    )


def _with_markup(text: str) -> str:
    """One round of cleaning. The last word is the sanitiser's."""
    builder = _Canonical()
    builder.feed(_FIRST.clean(harmless(text)))
    builder.close()
    return _LAST.clean(builder.finished())


def _settled(html: str) -> str:
    """The form that cleaning does not change any more."""
    for _round in range(_ROUNDS):
        again = _with_markup(html)
        if again == html:
            return html if html == "" or is_markup(html) else _settled(from_plain(html))
        html = again
    return _LAST.clean(from_plain(as_plain(html)))  # strange enough to be shown as plain words


class _Canonical(HTMLParser):
    """Rebuilds what the sanitiser let through: known names, text only inside blocks, nothing too deep."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []  # names of the elements we are in; "" for one that was left out
        self.is_seen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = _SAME.get(tag, tag)
        if name == "br":
            self._paragraph()
            self.parts.append("<br>")
            return
        href = dict(attrs).get("href")
        kept = [known for known in self.open if known]
        if not _may_stand(name, href, kept):
            self.open.append("")
            if name in _BLOCKS and self.parts and not self.parts[-1].endswith(">"):
                self.parts.append("<br>")  # a block that may not stand here still begins a line
            return
        if name in _BLOCKS and kept[-1:] == ["p"]:
            self._close_paragraph()
        elif name in _INLINE:
            self._paragraph()
        self.open.append(name)
        self.parts.append(f'<a href="{escape(href)}">' if href and name == "a" else f"<{name}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "br" or not self.open:
            return
        name = _SAME.get(tag, tag)
        if self.open[-1] == "p" and name != "p":
            self._close_paragraph()
        if self.open and (known := self.open.pop()):
            self.parts.append(f"</{known}>")

    def handle_data(self, data: str) -> None:
        text = composed(harmless(data))
        in_list = self.open[-1:] in (["ul"], ["ol"])
        is_seen = _VISIBLE.search(text) is not None
        if not is_seen and (in_list or not any(self.open)):
            return  # the white space between elements
        if self.parts and self.parts[-1] == "<pre>":
            text = text.lstrip("\n")
        self.is_seen = self.is_seen or is_seen
        self._paragraph()
        words = escape(text, quote=False)
        self.parts.append(f"<li>{words}</li>" if in_list else words)

    def _paragraph(self) -> None:
        """Text outside of all blocks gets one of its own."""
        if not any(self.open):
            self.open.insert(0, "p")
            self.parts.append("<p>")

    def _close_paragraph(self) -> None:
        self.open.pop()
        self.parts.append("</p>")

    def finished(self) -> str:
        """The HTML, with everything closed; nothing where there is nothing to see."""
        for name in reversed(self.open):
            if name:
                self.parts.append(f"</{name}>")
        return re.sub(r"(<p></p>)+$", "", "".join(self.parts)) if self.is_seen else ""


def _may_stand(name: str, href: str | None, within: list[str]) -> bool:
    """Whether an element may stand within others; else only what is in it is kept."""
    if len(within) >= _DEEPEST or (name == "a" and not href):
        return False
    if name in _INLINE:
        return name not in within
    if name == "li":
        return within[-1:] in (["ul"], ["ol"])
    if name == "p" and "li" in within:
        return False
    return "pre" not in within and not any(known in _INLINE for known in within)


class _Plain(HTMLParser):
    """Collects the words: a block begins a line, a paragraph leaves one free, an item of a list has its mark."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.counts: list[int] = []  # of the lists we are in; -1 for one without numbers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in ("ul", "ol"):
            self.counts.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()

    def _item(self) -> None:
        if not self.counts or self.counts[-1] < 0:
            mark = "• "
        else:
            self.counts[-1] += 1
            mark = f"{self.counts[-1]}. "
        self.parts.append("\n" + "  " * (len(self.counts) - 1) + mark)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.counts:
            self.counts.pop()
        if tag in _BLOCKS and not (tag in ("ul", "ol") and self.counts):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\u00a0", " "))
