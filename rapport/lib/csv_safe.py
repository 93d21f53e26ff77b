"""Text in a spreadsheet file that must not become a formula.

A program that opens a CSV file takes a cell that begins with ``= + - @`` (also in full width, also after white space),
a tab or a line break as something to work out, and a formula can send data away. Such a cell gets an apostrophe in
front, which spreadsheets read as "this is text".

A program that divides at other signs than the file does (a German Excel at ``;``) sees cells begin within ours. So what
follows a ``;``, a tab or a line break within a text is looked at like a beginning, too.

What stays as it is, because it works out to nothing but itself and people want to read it:

- plain numbers: ``-3.50``, ``+1,250``;
- phone numbers of ``+``, digits and spaces only: ``+49 30 123456`` (with a hyphen it would be a subtraction).

``restore`` undoes ``neutral`` exactly, for every text, also for one that had an apostrophe of its own.
"""

import re
from collections.abc import Sequence

_STARTS = "=+@＝＋－＠-"
_BLANK = " \v\f\0\u00a0\u200b\ufeff"
_NUMBERS = r"[+-]?[0-9]+(?:[.,][0-9]+)*|\+[0-9][0-9 ]*"
_PLAIN = re.compile(_NUMBERS)
_BREAKS = ";\t\r\n"
# Both look past apostrophes, as _works_out does: so one takes away exactly what the other put there. A number may have
# a space in front here, as in “030 1; +49 30 2”.
_FORMULA = rf"(?=['{_BLANK}]*[{_STARTS}])(?!'* ?(?:{_NUMBERS})(?:[{_BREAKS}]|\Z))"
_WITHIN = re.compile(rf"([{_BREAKS}]){_FORMULA}")
_MARKED = re.compile(rf"([{_BREAKS}])'{_FORMULA}")


def neutral(text: str) -> str:
    """The text as it may stand in an exported cell: with an apostrophe in front of all that could be a formula."""
    if _may_break(text):
        text = _WITHIN.sub(r"\1'", text)
    return "'" + text if _works_out(text) else text


def neutral_all(texts: Sequence[str]) -> list[str]:
    """``neutral`` of many texts; nearly all begin with a letter or digit and need no second look."""
    together = "\0".join(texts)
    if _may_break(together) and _WITHIN.search(together):
        return [neutral(text) for text in texts]
    return [text if not text or text[0].isalnum() else neutral(text) for text in texts]


def restore(text: str) -> str:
    """The text as it was before ``neutral``; for cells of a file that comes back."""
    text = text[1:] if text.startswith("'") and _works_out(text) else text
    return _MARKED.sub(r"\1", text) if "'" in text and _may_break(text) else text


def _may_break(text: str) -> bool:
    return ";" in text or "\n" in text or "\r" in text or "\t" in text


def _works_out(text: str) -> bool:
    """Whether a spreadsheet might work the text out, looking past apostrophes: so one rule serves both directions."""
    if not text or text[0].isalnum():
        return False
    bare = text.lstrip("'")
    if bare[:1] in ("\t", "\r", "\n"):
        return True
    stripped = text.lstrip(f"'{_BLANK}\t\r\n")
    return stripped[:1] in tuple(_STARTS) and not _PLAIN.fullmatch(bare)
