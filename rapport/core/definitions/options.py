"""The options of a choice: as they are kept, as a field has them, and what becomes of them when they are edited."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.errors import Invalid
from rapport.core.fields import Option
from rapport.lib.text import clean_line, fold

MOST_OPTIONS = 200
MOST_SIGNS = 80  # of an option's label
TONES = ("grey", "blue", "green", "amber", "red", "violet", "teal", "pink")
Options = list[dict[str, Any]]
_KEY = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


def options_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    """The options as a field has them."""
    return tuple(
        Option(one["key"], one["label"], one.get("tone", "grey"), is_archived=bool(one.get("is_archived")))
        for one in kept
    )


def settled(
    given: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], *, keep: bool = False,
    may_be_none: bool = False,
) -> Options:  # fmt: skip
    """What is kept of edited options, in the order given. A key never changes: it is what records hold. ``keep``: also
    new ones bring theirs along.

    An option that is left out was used, perhaps: it is archived, not lost. Invalid at ``options`` with a sentence.
    """
    known = {one["key"]: one for one in before}
    found: Options = []
    for one in given:
        label = _label(one.get("label", ""))
        if not label:
            continue
        key = str(one.get("key") or "")
        if key not in known and not (keep and _KEY.fullmatch(key)):
            key = _free(label, {*known, *(made["key"] for made in found)})
        tone = one.get("tone", "grey")
        made = {"key": key, "label": label, "tone": tone if tone in TONES else "grey"}
        found.append(made | ({"is_archived": True} if one.get("is_archived") else {}))
    there = {one["key"] for one in found}
    found += [{**one, "is_archived": True} for key, one in known.items() if key not in there]
    if found or not may_be_none:
        _refuse_doubles(found)
    return found


def _label(text: Any) -> str:
    try:
        return clean_line(str(text), MOST_SIGNS)
    except ValueError as error:
        raise Invalid({"options": [str(error)]}) from None


def _refuse_doubles(found: Options) -> None:
    living = [fold(one["label"]) for one in found if not one.get("is_archived")]
    if not living:
        raise Invalid({"options": [_("Write at least one option to choose from.")]})
    if len(found) > MOST_OPTIONS:
        sentence = _("At most %(most)s options are possible. For more, link to records instead.")
        raise Invalid({"options": [sentence % {"most": MOST_OPTIONS}]})
    if double := next((one["label"] for one in found if living.count(fold(one["label"])) > 1), ""):
        raise Invalid({"options": [_("Two options are called “%(label)s”. Rename one of them.") % {"label": double}]})


def _free(label: str, taken: set[str]) -> str:
    """A key made of the label: letters and digits only, for it stands between bars and in addresses."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in fold(label))
    base = "_".join(part for part in plain.split("_") if part)[:30] or "option"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key
