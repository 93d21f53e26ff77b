"""Where tasks stand in the frame: the sidebar, home, the palette, the page of a task."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities.tasks import drawing, queries
from rapport.activities.tasks.doing import panel_rows
from rapport.core.access.levels import Level, level_of
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel
from rapport.ui import home, navigation, palette_actions


def add_places() -> None:
    """Adds them."""
    navigation.add(
        "", _("Tasks"), "circle-check", "/tasks", order=3, right=_may("view"), key="t", count_url="/tasks/badge"
    )
    home.add(home.HomePart("tasks", _("Due and overdue"), 10, "tasks/home.html", _due, more="/tasks"))
    palette_actions.add(
        palette_actions.Action(
            "task", _("New task"), "circle-check", "/tasks/all/new", right=_may("create"), way="drawer", order=20
        )
    )
    registry.contribute("task", panels=[Panel("todo", _("To do"), panel_rows, template="tasks/panel.html")])


def _may(action: str) -> navigation.Right:
    def right(actor: Actor) -> bool:
        return level_of(actor, "task", action) is not Level.NONE

    return right


def _due(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """The actor's tasks until the end of today, the latest first; None where the role sees no tasks."""
    if level_of(actor, "task", "view") is Level.NONE:
        return None
    tasks, most = queries.due_at_home(actor), queries.MOST_AT_HOME
    return {"lines": drawing.lines(actor, tasks[: most - 1]), "has_more": len(tasks) == most}
