"""The clock of the last activity, which each record that activities are about keeps."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Max, Q

from rapport.activities import subjects
from rapport.activities.kinds import ACTIVITIES
from rapport.activities.models import ActivityLink
from rapport.core.objects import registry


def advance_clock(record_ids: Collection[int], at: datetime.datetime) -> None:
    """Notes that something happened with these records at ``at`` (UTC); the clock only goes forward."""
    for model in _with_clock():
        there = model._default_manager.filter(pk__in=record_ids)
        there.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=None)).update(last_activity_at=at)


def wind_clock(record_ids: Collection[int]) -> None:
    """Sets the clock anew, where an activity went, came back or moved in time."""
    for record_id in record_ids:
        about = ActivityLink.objects.filter(record_id=record_id).values("activity_id")
        moments = [
            activity.model._default_manager.filter(live=True, pk__in=about).aggregate(at=Max(activity.moment()))["at"]
            for activity in ACTIVITIES
        ]
        at = max(filter(None, moments), default=None)
        for model in _with_clock():
            model._default_manager.filter(pk=record_id).update(last_activity_at=at)


def _with_clock() -> list[Any]:
    """The tables that keep the moment of the last activity."""
    return [registry.get(kind).model for kind in subjects.with_clock()]
