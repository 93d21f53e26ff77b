"""What becomes of a save when somebody else has saved meanwhile: what only one of both changed needs no question."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.errors import Conflict
from rapport.core.fields import Field


@dataclass(frozen=True)
class Clash:
    """A field that both changed, to different values: theirs as it is stored now in JSON form, mine as it was read;
    ``by`` and ``at`` (UTC) are of the last one who changed it.
    """

    field: Field
    theirs: Any
    mine: Any
    by: str
    at: datetime.datetime


@dataclass(frozen=True)
class Merged:
    """``kept``: the values to save, clashes included. ``clashes``: what must be asked. ``by``: who saved meanwhile."""

    kept: dict[str, Any]
    clashes: tuple[Clash, ...]
    by: str


def merge(fields: Mapping[str, Field], stored: Mapping[str, Any], values: Mapping[str, Any], since: Conflict) -> Merged:
    """Sorts the ``values`` somebody wants to save by what others changed ``since``; ``stored`` are those of now.

    A value that its author left as it was is dropped, so that what the other one wrote stays.
    """
    former, last = _history(since)
    kept: dict[str, Any] = {}
    clashes = []
    for key, mine in values.items():
        field = fields[key]
        now = field.to_json(stored[key])
        before = former.get(key, now)
        if _same(field, mine, before) or _same(field, mine, now):
            continue
        kept[key] = mine
        if key in former and not _alike(field, before, now):
            clashes.append(Clash(field, now, mine, last[key]["by"], last[key]["at"]))
    names = ", ".join(dict.fromkeys(str(change["by"]) for change in since.changes))
    return Merged(kept, tuple(clashes), names or _("Somebody"))


def _history(since: Conflict) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """What each changed field held before the first change, and the last change of it."""
    former: dict[str, Any] = {}
    last: dict[str, Mapping[str, Any]] = {}
    for change in since.changes:
        for key, (before, _after) in change["fields"].items():
            former.setdefault(key, before)
            last[key] = change
    return former, last


def _same(field: Field, mine: Any, other: Any) -> bool:
    """Whether a value as a form gave it is the one in JSON form. What is only named, or a file on its way, is new."""
    try:
        return _alike(field, field.to_json(mine), other)
    except (AttributeError, TypeError, ValueError):
        return False


def _alike(field: Field, one: Any, other: Any) -> bool:
    if one in (None, "", [], {}) and other in (None, "", [], {}):
        return True
    if one == other:
        return True
    try:
        return bool(field.to_json(field.from_json(one)) == field.to_json(field.from_json(other)))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False  # a file on its way has no number yet
