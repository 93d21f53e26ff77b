"""Where the calendar stands in the frame: the sidebar, home, the palette."""

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities.meetings.coming import meetings_today
from rapport.core.access.levels import Level, level_of
from rapport.ui import home, navigation, palette_actions


def add_places() -> None:
    """Adds them."""
    navigation.add("", _("Calendar"), "calendar", "/calendar", order=4, right=_may("view"), key="k")
    home.add(
        home.HomePart("meetings", _("Meetings today"), 20, "meetings/today.html", meetings_today, more="/calendar")
    )
    palette_actions.add(
        palette_actions.Action(
            "meeting", _("New meeting"), "calendar-plus", "/meetings/plan", right=_may("create"), way="drawer", order=30
        )
    )


def _may(action: str) -> navigation.Right:
    def right(actor: Actor) -> bool:
        return level_of(actor, "meeting", action) is not Level.NONE

    return right
