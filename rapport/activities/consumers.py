"""What follows when somebody moves to another time zone: days end at another moment there."""

from typing import Any

from rapport.accounts.models import User
from rapport.activities.models import Task
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.object import TASK
from rapport.core.events.consumers import Happening, on
from rapport.core.objects import saving


@on("user.profile_changed", "user.invitation_used", name="move due dates")
def move_due_dates(happening: Happening) -> None:
    """Open tasks that are due on a day become due at the end of that day in the new zone; their reminders move along.

    What is due at a moment stays: the moment is the same everywhere. A second delivery finds nothing to do.
    """
    users = {event.data.get("user") for event in happening.events}
    for user in User.objects.filter(pk__in=[pk for pk in users if isinstance(pk, int)]):
        for task in Task.objects.filter(live=True, owner=user, done_at__isnull=True, due_by__isnull=False, due_at=None):
            _move(happening, task, user.time_zone)


def _move(happening: Happening, task: Any, zone: str) -> None:
    due_by = Due(task.due_on).by(zone)
    if due_by == task.due_by:
        return
    Task.objects.filter(pk=task.pk).update(due_by=due_by)
    if task.reminder:
        # The save path works it out anew, and tells what changed.
        saving.update(happening.actor, TASK, task.pk, {"reminder": task.reminder})
