"""Which activities there are, and when each took place. A new one is named here, and loaded by ``objects.py``."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from rapport.activities.models import Call, Meeting, Note, Task
from rapport.activities.planned import OF_MEETINGS, OF_TASKS
from rapport.core.records.models import RecordModel


@dataclass(frozen=True)
class Activity:
    """A kind of activity. ``when`` names the columns (UTC) that tell when it took place; the first that is filled
    counts. None filled: it has not taken place, and does not move the clock of the last activity. ``follows`` are the
    fields from which these columns follow, where they are no fields themselves. ``plans`` are the fields that decide
    when it is planned; without any it is never planned ahead.
    """

    model: type[RecordModel]
    when: tuple[str, ...]
    follows: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()

    def moment(self) -> Any:
        """When it took place, in SQL."""
        return Coalesce(*self.when) if len(self.when) > 1 else F(self.when[0])

    def took_place(self, instance: Any) -> datetime.datetime | None:
        """When it took place, None if it has not (yet)."""
        moments = (getattr(instance, column) for column in self.when)
        return next((at for at in moments if at is not None), None)


ACTIVITIES = (
    Activity(Note, ("created_at",)),
    Activity(Call, ("happened_at", "created_at")),
    Activity(Task, ("done_at",), plans=OF_TASKS),
    Activity(
        Meeting, ("began_at",), frozenset({"starts_at", "zone", "is_all_day", "repeat", "skipped"}), plans=OF_MEETINGS
    ),
)


def activity_of(model: type[Any]) -> Activity:
    """What is known about the activities of a table; KeyError if it has none."""
    for activity in ACTIVITIES:
        if activity.model is model:
            return activity
    raise KeyError(model)
