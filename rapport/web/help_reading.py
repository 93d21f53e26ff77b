"""The pages of help: Markdown files of ``docs/user``, one folder below for each further language, as safe HTML.

Page: the first heading is its title. A page that has no translation is given in English. Read once by each process, and
again when a file changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from rapport.lib.text import fold, shorten

_PACKAGED, _WORKING_TREE = Path(__file__).parent / "help_pages", Path(__file__).parents[2] / "docs" / "user"
# In the order in which a newcomer needs them; the others follow by title.
FIRST = ("index", "first-steps", "people-and-companies", "import", "views-and-filters", "settings")
AROUND = 120  # signs of the text shown around what was found
_TAGS = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "code", "pre", "blockquote", "table", "thead",
    "tbody", "tr", "th", "td", "hr", "br", "kbd",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, **{heading: {"id"} for heading in ("h2", "h3", "h4")}}
_PAGE_LINK = re.compile(r"(?:\./|\.\./)?([a-z0-9-]+)\.md(#[\w-]+)?\Z")


@dataclass(frozen=True)
class Page:
    """``headings`` are (anchor, text) of the second level; ``text`` is all of it without markup, for searching."""

    slug: str
    title: str
    html: Markup
    headings: tuple[tuple[str, str], ...]
    text: str
    is_translated: bool


@dataclass(frozen=True)
class Found:
    """A page in which all words occur, and the place where the first one does."""

    page: Page
    around: str


def folder() -> Path:
    """Where the pages lie: in the package that was installed, or in the working tree."""
    return _PACKAGED if _PACKAGED.is_dir() else _WORKING_TREE


def pages(language: str) -> list[Page]:
    """All pages in a language, in the order of reading."""
    found = [page(path.stem, language) for path in sorted(folder().glob("*.md"))]
    there = [one for one in found if one is not None]
    rank = {slug: number for number, slug in enumerate(FIRST)}
    return sorted(there, key=lambda one: (rank.get(one.slug, len(FIRST)), fold(one.title)))


def page(slug: str, language: str) -> Page | None:
    """One page; None if there is none of that name."""
    if not re.fullmatch(r"[a-z0-9-]{1,60}", slug):
        return None
    for path, is_translated in (
        (folder() / language / f"{slug}.md", True),
        (folder() / f"{slug}.md", language == "en"),
    ):
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns, slug, is_translated)
    return None


def search(language: str, text: str) -> list[Found]:
    """The pages that hold every word of the text, those with the words in their title first, then
    those in which they occur most often."""
    words = fold(text).split()
    hits = [one for one in pages(language) if words and all(word in fold(f"{one.title} {one.text}") for word in words)]
    hits.sort(key=lambda one: (not all(word in fold(one.title) for word in words), -_often(one, words)))
    return [Found(one, _around(one.text, words[0])) for one in hits]


def _often(page: Page, words: Sequence[str]) -> int:
    text = fold(page.text)
    return sum(text.count(word) for word in words)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, slug: str, is_translated: bool) -> Page:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    title, headings = slug, list[tuple[str, str]]()
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[number + 1].content
            if token.tag == "h1":
                title, token.hidden, tokens[number + 1].hidden = text, True, True
                tokens[number + 1].children, tokens[number + 2].hidden = [], True
                continue
            anchor = slugify(text)
            token.attrSet("id", anchor)
            if token.tag == "h2":
                headings.append((anchor, text))
        _relink(token.children or ())
    html = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "http", "mailto"})
    plain = " ".join(_plain(token) for token in tokens if token.type in ("inline", "fence"))
    return Page(slug, title, Markup(clean), tuple(headings), plain, is_translated)  # noqa: S704 - nh3 has cleaned it


def _relink(children: Sequence[Token]) -> None:
    """Links between the files become links between the pages."""
    for child in children:
        if child.type == "link_open" and (found := _PAGE_LINK.match(str(child.attrGet("href") or ""))):
            child.attrSet("href", f"/help/{found[1]}{found[2] or ''}")


def _plain(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(
        child.content or " " for child in token.children if child.type in ("text", "code_inline", "softbreak")
    )


def _around(text: str, word: str) -> str:
    at = fold(text).find(word)
    start = max(0, text.rfind(" ", 0, max(at - AROUND // 3, 0)) + 1)
    return ("… " if start else "") + shorten(text[start:], AROUND)
