"""Rich text: what people write stays, what could run, load or hide goes, and saving twice changes nothing."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.lib import rich_text
from rapport.lib.rich_text import MOST_BYTES, as_plain, clean_rich, is_markup, opening, tidy
from tests.security.pages import strangers
from tests.security.payloads import PAYLOADS

KEPT = [
    ("hello\n\nworld\nx", "<p>hello</p><p>world<br>x</p>", "hello\n\nworld\nx"),
    ("<b>hi</b> there<div>x</div>", "<p><strong>hi</strong> there</p><p>x</p>", "hi there\n\nx"),
    ("<h1>T</h1>text<br>more", "<h2>T</h2><p>text<br>more</p>", "T\n\ntext\nmore"),
    (
        "<ul>stray<li>a<ol><li>b</ol></ul>",
        "<ul><li>stray</li><li>a<ol><li>b</li></ol></li></ul>",
        "• stray\n• a\n  1. b",
    ),
    ("<pre>\n\nx\n y</pre>", "<pre>x\n y</pre>", "x\n y"),
    ("<p>a &lt;b&gt;</p>", "<p>a &lt;b&gt;</p>", "a <b>"),
    ("1 < 2 > 0 & <b>", "<p>1 &lt; 2 &gt; 0 &amp; &lt;b&gt;</p>", "1 < 2 > 0 & <b>"),
]
EMPTY = [
    "",
    "  \n",
    "<p></p>",
    "<div><br></div>",
    "<p>&nbsp;</p>",
    "<p>\u200b</p>",
    "<p><script>x</script></p>",
    "<p><b> ",
]
WRAPPED = (
    "{0}", "<p>{0}</p>", "<div><b>{0}</b></div>", '<a href="{0}">x</a>', "<a href='{0}'>x</a>", "<p {0}>x</p>",
    "<p><a {0}>x</a></p>", "<p><{0}>x</p>", "<ul><li>{0}</ul>",
)  # fmt: skip
PIECES = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "<ul>", "<ol>", "</ul>", "<li>", "</li>", "<blockquote>", "</blockquote>", "</a>",
    "<a href='http://x.example'>", "<pre>", "\n", "</pre>", "<code>", "x", " ", "&nbsp;", "\u0338", "<br>", "<h1>",
    "</h1>", "<div>", "</div>", "<em>", "</em>", "<svg>", "<math>", "<style>", "<textarea>", "<!--", "-->", "<table>",
    "<td>", "&lt;", "<select>", "<template>", "<noscript>", "\u202e", "<p/>", "<span>", "\ud800",
])  # fmt: skip


@pytest.mark.parametrize(("written", "kept", "words"), KEPT)
def test_it_works(written: str, kept: str, words: str) -> None:
    assert clean_rich(written) == kept
    assert as_plain(kept) == words


@pytest.mark.parametrize("written", EMPTY)
def test_markup_in_which_nothing_can_be_seen_is_nothing(written: str) -> None:
    assert clean_rich(written) == ""


def test_links_lead_to_the_web_to_mail_or_to_a_phone() -> None:
    for address in ("https://hexa.example/?a=1&b=2", "http://hexa.example", "mailto:mia@hexa.example", "tel:+4930123"):
        assert f'<a href="{address.replace("&", "&amp;")}" rel="noopener noreferrer">' in clean_rich(
            f'<p><a href="{address}" target="_top" onclick="x()">y</a></p>'
        )
    for address in (
        "/sign-out",
        "//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "java\tscript:x",
        "ftp://x",
    ):
        assert clean_rich(f'<p><a href="{address}">y</a></p>') == "<p>y</p>", address


@pytest.mark.parametrize("form", WRAPPED)
def test_no_payload_survives_as_anything_but_words(form: str) -> None:
    for payload in PAYLOADS:
        made = clean_rich(form.format(payload))
        assert not strangers(made), (payload, made)
        for name in ("hx-", "data-", "x-init", " on", "style=", "id=", "class="):
            assert name not in "".join(part.partition(">")[0] for part in made.split("<")[1:] if 'href="' not in part)
        assert clean_rich(made) == made == tidy(made), payload


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_cleaning_settles(text: str) -> None:
    for written in (text, f"<p>{text}</p>"):
        made = clean_rich(written)
        assert clean_rich(made) == made == tidy(made)
        assert not strangers(made)
        assert made == "" or is_markup(made)


def test_what_is_stored_is_looked_at_when_it_is_read() -> None:
    assert tidy('<p onclick="x()">a<script>alert(1)</script></p>') == "<p>a</p>"
    assert (
        tidy("Plain, as it stood there before\nsecond line") == "<p>Plain, as it stood there before<br>second line</p>"
    )


def test_more_than_a_hundred_kilobytes_are_refused_in_a_sentence() -> None:
    assert len(clean_rich("<p>" + "x" * (MOST_BYTES - 7) + "</p>")) == MOST_BYTES
    for text in ("x" * MOST_BYTES, "<p>" + "ü" * 60_000 + "</p>", "<b>" * 9_000, "<p>" + "y" * 500_000):
        with pytest.raises(ValueError, match="at most 100 KB"):
            clean_rich(text)


def test_no_markup_takes_long() -> None:
    for piece in ("<blockquote>", "<b>", "<ul><li>", "<strong><p>", "<em><u><s>", "<a href=http://x>x", "&lt;"):
        begun = time.perf_counter()
        with contextlib.suppress(ValueError):
            clean_rich(piece * (7_900 // piece.count("<") if "<" in piece else 20_000) + "x</p>")
        assert time.perf_counter() - begun < 5, piece


def test_what_is_far_too_long_is_refused_before_it_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rich_text, "_settled", lambda html: pytest.fail("costs a second"))
    for text in ("&lt;" * 90_000, "<p>" + "&lt;" * 90_000 + "</p>"):
        with pytest.raises(ValueError, match="at most 100 KB"):
            clean_rich(text)


@pytest.mark.parametrize(
    "written",
    [
        "<p>Wants <b>120</b> seats &amp; a <a href='https://x.example/?a=1&b=2'>quote</a>.</p><ul><li>one</li></ul>",
        "two\n\nparagraphs with < and & in them",
        "<p>" + "word " * 5_000 + "</p>",
        "<h2>Title</h2><blockquote><p>said</p></blockquote><pre>a  <code>b</code></pre>",
    ],
)
def test_the_opening_of_what_we_wrote_is_its_words_without_the_sanitiser(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = clean_rich(written)
    whole = as_plain(stored)
    monkeypatch.setattr(rich_text, "tidy", None)
    assert whole.startswith(opening(stored, 120)[:120])
    assert len(opening(stored, 120)) >= min(120, len(whole))


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("<p>a</p><script>alert(1)</script>", "a"),
        ("<p>a</p><a href=javascript:alert(1)>b</a>", "a\n\nb"),
        ('<p>a<img src=x onerror="alert(1)">b</p>', "ab"),
        ("plain <i>words", "plain <i>words"),
        ("<p>a</p><style>p { color: red }</style>", "a"),
        ("", ""),
    ],
)
def test_the_opening_of_what_we_did_not_write_is_sanitised_first(stored: str, seen: str) -> None:
    assert opening(stored, 120) == seen
