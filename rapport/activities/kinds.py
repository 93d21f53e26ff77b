"""Which activities there are, and when each took place. A new one is named here, and loaded by ``objects.py``."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from rapport.activities.models import Call, Meeting, Note, Task
from rapport.core.records.models import RecordModel
from rapport.lib import clock


@dataclass(frozen=True)
class Activity:
    """A kind of activity. ``when`` names the columns (UTC) that tell when it took place; the first that is filled
    counts. None filled: it has not taken place, and does not move the clock of the last activity.
    """

    model: type[RecordModel]
    when: tuple[str, ...]

    def moment(self) -> Any:
        """When it took place, in SQL."""
        return Coalesce(*self.when) if len(self.when) > 1 else F(self.when[0])

    def took_place(self, instance: Any) -> datetime.datetime | None:
        """When it took place, None if it has not (yet)."""
        moments = (getattr(instance, column) for column in self.when)
        return next((at for at in moments if at is not None), None)


class Planned(Activity):
    """One that is planned ahead: it has taken place when its time has come."""

    def moment(self) -> Any:
        return Case(When(**{f"{self.when[0]}__lte": clock.now()}, then=F(self.when[0])))

    def took_place(self, instance: Any) -> datetime.datetime | None:
        at = super().took_place(instance)
        return at if at is not None and at <= clock.now() else None


ACTIVITIES = (
    Activity(Note, ("created_at",)),
    Activity(Call, ("happened_at", "created_at")),
    Activity(Task, ("done_at",)),
    Planned(Meeting, ("starts_at",)),
)


def activity_of(model: type[Any]) -> Activity:
    """What is known about the activities of a table; KeyError if it has none."""
    for activity in ACTIVITIES:
        if activity.model is model:
            return activity
    raise KeyError(model)
