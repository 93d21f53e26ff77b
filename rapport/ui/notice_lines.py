"""Notices as lines of a page: with the mark of who did it, and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.fields import Moment
from rapport.core.notices.reading import Told
from rapport.ui.cells import avatar, draw

MOST_ON_BELL = 9
_MOMENT = Moment("at", "")


@dataclass(frozen=True)
class Line:
    """What was told, the mark in front of it ("" where Rapport itself tells: then its icon) and how long ago it was."""

    told: Told
    mark: Markup | str
    when: Markup


def lines(actor: Actor, told: Iterable[Told]) -> list[Line]:
    """The lines for some notices."""
    locale = locale_of(actor)
    return [
        Line(one, avatar(one.by, "person", "md") if one.by else "", draw(_MOMENT.cell(one.at, locale))) for one in told
    ]


def on_bell(count: int) -> str:
    """The number on the bell: "" for none, “9+” for many."""
    if not count:
        return ""
    return f"{MOST_ON_BELL}+" if count > MOST_ON_BELL else str(count)
