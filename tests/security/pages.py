"""Reading a page as a browser does, and saying what on it we did not write."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from tests.security.payloads import MARK

_LINKS = {"href", "src", "action", "formaction", "data", "poster", "background", "xlink:href", "srcdoc", "cite", "ping"}
_OURS = re.compile(r"(/(?!/)|#|\?|-?\Z)")  # “-” stands in the template of toasts
_LEAVING = re.compile(r"(mailto:|tel:|https?://)", re.IGNORECASE)
_TEXT_ATTRIBUTES = {
    "value",
    "title",
    "aria-label",
    "alt",
    "placeholder",
    "content",
    "aria-description",
    "label",
    "href",
}
_FOREIGN_TAGS = {
    "base", "embed", "frame", "iframe", "image", "isindex", "keygen", "marquee", "math", "mglyph", "object", "style",
    "video", "audio", "source", "xss", "foreignobject", "animate",
}  # fmt: skip


# Tags read before, in which nothing was wrong: most of a page is the same on every page.
_harmless: set[str] = set()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def parse_starttag(self, i: int) -> int:
        """A start tag means what it says wherever it stands, so each is read once only."""
        end = int(self.check_for_whole_start_tag(i))  # type: ignore[attr-defined]
        tag = self.rawdata[i:end] if end > i else ""
        if tag in _harmless:
            return end
        before = len(self.wrong)
        end = int(super().parse_starttag(i))  # type: ignore[misc]
        if tag and len(self.wrong) == before and self.cdata_elem is None:  # what follows a script is no tag
            _harmless.add(tag)
        return end

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks for the line."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _FOREIGN_TAGS or MARK in tag:
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.wrong.append(f"<script> with {given}")
        if tag == "link" and not given.get("href", "").startswith(
            ("/static/", "/brand.css", "/app-icon", "/manifest.webmanifest")
        ):
            self.wrong.append(f"<link> to {given}")
        reloads = given.get("http-equiv") == "refresh" and given.get("content", "").isdecimal()
        if tag == "meta" and "http-equiv" in given and not reloads:
            self.wrong.append("<meta http-equiv>")
        for name, value in given.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        runs = name.startswith(("on", "hx-on", "data-hx-on", "x-")) or name in ("style", "_", "srcdoc")
        if runs or MARK in name:
            self.wrong.append(f"<{tag} {name}>")
        if name in _LINKS and not _OURS.match(value) and not _LEAVING.match(value):
            self.wrong.append(f"<{tag} {name}={value[:60]!r}>")
        if MARK in value and name in ("id", "name", "class", "for", "target", "rel", "type"):
            self.wrong.append(f"<{tag} {name}={value[:60]!r}>")
        if name in ("hx-get", "hx-post", "data-hx-get", "data-hx-post") and not _OURS.match(value):
            self.wrong.append(f"<{tag} {name}={value[:60]!r}>")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append(f"<!--{data[:60]}-->")


def strangers(html: str) -> list[str]:
    """What stands on the page and is not ours: elements, handlers, links that run something."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.wrong


def check_answer(response: Any, *, told: str = "") -> str:
    """Asserts that an answer can do no harm in a browser; returns its text."""
    policy = response.headers["Content-Security-Policy"]
    for source in (
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action",
    ):
        assert source in policy, (told, policy)
    assert "unsafe" not in policy, told
    assert response.headers["X-Content-Type-Options"] == "nosniff", told
    for name in ("HX-Trigger", "HX-Redirect", "Location"):
        if name in response.headers:
            value = response.headers[name]
            assert value.isascii() and "\r" not in value and "\n" not in value, (told, name)
    if "HX-Trigger" in response.headers:
        json.loads(response.headers["HX-Trigger"])
    body = b"".join(response) if getattr(response, "streaming", False) else response.content
    if response.headers.get("Content-Type", "").startswith("image/png"):
        return ""
    text = body.decode("utf-8")
    if response.headers.get("Content-Type", "").startswith("text/html") and text:
        assert not strangers(text), (told, strangers(text)[:5])
        assert not re.search(r"(?<![\w-])1337(?![\w-])", text), (told, "a template was worked out")
        for sign in ("\u202e", "\u2066", "\x00", "\x1b"):
            assert sign not in text, (told, repr(sign))
    return text
