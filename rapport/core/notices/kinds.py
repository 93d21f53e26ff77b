"""Kinds of notices: what they are called, how they look, and whether they are told unless a user says otherwise."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

GONE = _("Something was told here that is no longer known.")


@dataclass(frozen=True)
class NoticeKind:
    """``key`` names it for ever. ``label`` stands in the settings of a user, ``hint`` explains it there.

    ``sentence`` stands below the title of the record; it may say ``%(name)s``, which is who did it. A notice about no
    record has its text in place of the title. Without a sentence the label stands there.
    ``is_listed``: users may switch it off.
    """

    key: str
    label: Any
    icon: str
    default_on: bool = True
    sentence: Any = ""
    hint: Any = ""
    is_listed: bool = True

    def said(self, names: str) -> str:
        """The sentence with who did it; the label if a translation asks for more than that."""
        try:
            return str(self.sentence or self.label) % {"name": names}
        except (KeyError, ValueError, TypeError):  # the notices stand on the home page, which no word may break
            return str(self.label)


_kinds: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    """Adds kinds. ValueError if one is there already."""
    for kind in kinds:
        if kind.key in _kinds:
            raise ValueError(f"Two kinds of notices are called “{kind.key}”.")
        _kinds[kind.key] = kind


def get(key: str) -> NoticeKind:
    """The kind called ``key``; KeyError if there is none."""
    return _kinds[key]


def find(key: str) -> NoticeKind:
    """The same for what is stored: a plain one for rooms that are gone."""
    return _kinds.get(key) or NoticeKind(key, key, "bell", sentence=GONE, is_listed=False)


def every() -> tuple[NoticeKind, ...]:
    """All kinds, in the order of registration."""
    return tuple(_kinds.values())


register(
    NoticeKind(
        "mention",
        _("Mentions"),
        "at-sign",
        sentence=_("%(name)s mentioned you"),
        hint=_("Somebody writes your name with an @."),
    ),
    NoticeKind(
        "assignment",
        _("Assignments"),
        "user-round",
        sentence=_("%(name)s made you the owner"),
        hint=_("Somebody makes you the owner of a record."),
    ),
    NoticeKind("reminder", _("Reminders"), "clock", hint=_("A task or a meeting is coming up.")),
    NoticeKind(
        "change",
        _("Changes on records I follow"),
        "star",
        sentence=_("%(name)s changed it"),
        hint=_("Somebody else edits a record you follow, or writes on it."),
    ),
    NoticeKind(
        "job",
        _("Imports and exports"),
        "circle-check",
        hint=_("A file is ready, or an import has ended."),
    ),
)
