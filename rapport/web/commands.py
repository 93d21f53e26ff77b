"""What the palette can do to any record, and from every page, besides what packages add."""

from django.utils.translation import gettext_lazy as _

from rapport.core.objects import registry
from rapport.ui import palette_actions
from rapport.ui.palette_actions import Action


def add_commands() -> None:
    """The acts of a record's own page, and the help."""
    record = "/{path}/{id}"
    for action in (
        Action(
            "edit", _("Edit"), "pencil", f"{record}/{{edit}}",
            keys="e", on=registry.EVERY, needs="edit", way="drawer",
        ),
        Action("share", _("Share"), "share-2", f"{record}/share", on=registry.EVERY, needs="edit", way="drawer"),
        Action("follow", _("Follow"), "star", f"{record}/follow", keys="w", on=registry.EVERY, way="post"),
        Action("notices", _("Notifications"), "bell", "/notifications", keys="g n"),
        Action("copy", _("Copy link"), "link", "/r/{id}", on=registry.EVERY, way="copy", order=60),
        Action(
            "trash", _("Move to trash"), "trash-2", f"{record}/trash",
            keys="Backspace", on=registry.EVERY, needs="trash", way="post", order=90,
        ),
        Action("keys", _("Keyboard shortcuts"), "keyboard", "/keyboard", keys="?", way="press", order=80),
    ):  # fmt: skip
        palette_actions.add(action)
