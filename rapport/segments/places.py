"""What the palette offers of segments. People who look for a list find them, too."""

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.segments.models import KEY
from rapport.ui import palette_actions


def add_places() -> None:
    """Adds it."""
    palette_actions.add(
        palette_actions.Action(
            "segment", _("New segment (list of hand-picked records)"), "list-checks", "/segments/new",
            right=_may_create, way="drawer", order=45,
        )
    )  # fmt: skip


def _may_create(actor: Actor) -> bool:
    return level_of(actor, KEY, "create") is not Level.NONE
