"""What the keys do: the one list behind the help (“?”). What packages add to places and composers comes from them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from rapport.core.objects import registry
from rapport.ui import navigation

Keys = tuple[str, ...]
Told = tuple[tuple[Keys, Any], ...]

# Title of the group · keys as they are drawn, and what they do. Alternatives stand beside each other.
EVERYWHERE: Told = (
    (("Ctrl K",), _("Search and commands")),
    (("?",), _("This help")),
    (("Z",), _("Undo the last change")),
    (("Ctrl ↵",), _("Save or send what is being written")),
    (("Esc",), _("Close or clear")),
    (("G", "N"), _("Notifications")),
    (("Alt [",), _("Fold the sidebar")),
    (("Alt",), _("Hold: show the keys on the page")),
)
LISTS: Told = (
    (("/",), _("Search this list")),
    (("F",), _("Filter")),
    (("C",), _("Create here")),
    (("J", "K"), _("Next and previous row")),
    (("X",), _("Select")),
    (("⇧ X",), _("Select a range")),
    (("↵",), _("Open")),
    (("␣",), _("Preview")),
    (("A",), _("Assign the selection")),
    (("M",), _("Merge the selection")),
    (("⌫",), _("Move the selection to trash")),
)
RECORDS: Told = (
    (("[", "]"), _("Previous and next record")),
    (("E",), _("Edit")),
    (("A",), _("Change the owner")),
    (("S",), _("Change the status")),
    (("W",), _("Follow")),
    (("⌫",), _("Move to trash")),
    (("Alt ]",), _("Fold the related records")),
)
PALETTE: Told = (
    ((">",), _("Only commands")),
    (("@",), _("Only people and companies")),
    (("#",), _("The record of this number")),
    (("⇥",), _("What can be done to the record of the line")),
    (("Ctrl ↵",), _("Open in a new tab")),
)


def keys(text: Any) -> str:
    """What stands on a key in the reader's language: “Ctrl K”, in German “Strg K”."""
    return str(text).replace("Ctrl", pgettext("key", "Ctrl"))


def groups() -> list[tuple[Any, Told]]:
    """Title of each group, and its keys with what they do."""
    return [
        (_("Everywhere"), EVERYWHERE),
        (_("Go to"), (*_places(), (("G", "S"), _("Settings")))),
        (_("Lists"), LISTS),
        (_("On a record"), (*_composing(), *RECORDS)),
        (_("In the search"), PALETTE),
    ]


def _places() -> Told:
    return tuple((("G", place.key.upper()), place.label) for place in navigation.with_keys())


def _composing() -> Told:
    composers: dict[str, Any] = {}
    for spec in registry.every():
        for composer in registry.contributions(spec.key).composers:
            if composer.shortcut:
                composers.setdefault(composer.shortcut, composer.label)
    return tuple(((key.upper(),), label) for key, label in composers.items())
