"""The clock of the last activity, which each record that activities are about keeps."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery

from rapport.activities import subjects
from rapport.activities.kinds import ACTIVITIES
from rapport.activities.models import ActivityLink
from rapport.core.objects import registry
from rapport.core.records import rows as rows_of
from rapport.core.records.among import among
from rapport.core.records.locking import locked


def advance_clock(record_ids: Collection[int], at: datetime.datetime) -> None:
    """Notes that something happened with these records at ``at`` (UTC); the clock only goes forward."""
    for model in _with_clock():
        there = model._default_manager.filter(pk__in=record_ids)
        there.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=None)).update(last_activity_at=at)


def wind_clock(record_ids: Collection[int]) -> None:
    """Sets the clock anew, where an activity went, came back or moved in time: a few statements for any number."""
    if not record_ids:
        return
    latest: dict[int, datetime.datetime] = {}
    for activity in ACTIVITIES:
        rows = activity.model._default_manager.filter(live=True, pk=OuterRef("activity_id"))
        about = ActivityLink.objects.filter(among("record_id", record_ids))
        moments = about.values("record_id").annotate(at=Max(Subquery(rows.values(at=activity.moment()))))
        for record_id, at in moments.filter(at__isnull=False).values_list("record_id", "at"):
            latest[record_id] = max(at, latest.get(record_id, at))
    for model in _with_clock():
        # In the order of the ids, so that two who do this never wait for each other.
        there = locked(model._default_manager.filter(among("pk", record_ids)))
        clocks = [(pk, at) for pk, at in there.values_list("pk", "last_activity_at") if latest.get(pk) != at]
        rows_of.update(model, ("last_activity_at",), [(latest.get(pk), pk) for pk, _at in clocks], where=("record_id",))


def _with_clock() -> list[Any]:
    """The tables that keep the moment of the last activity."""
    return [registry.get(kind).model for kind in subjects.with_clock()]
