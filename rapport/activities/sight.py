"""Who sees an activity: its owner, and whoever sees a record that it is about."""

from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, Q

from rapport.accounts.actor import Actor
from rapport.activities import subjects
from rapport.activities.kinds import ACTIVITIES
from rapport.activities.models import ActivityLink
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import reach, seen_among
from rapport.core.objects import registry
from rapport.core.records.known import as_value, listed_later
from rapport.lib.prepared import Prepared, hole


def seen_through_records(actor: Actor, action: str, level: Level) -> Q:
    """An activity is seen by its owner and by whoever sees a record it is about; the level rules over changing it."""
    seen = _seen(actor)
    return seen if action == "view" or level is Level.ALL else seen & reach(actor, level, action)


def _seen(actor: Actor) -> Q:
    if all(level_of(actor, kind, "view") is Level.ALL for kind in subjects.kinds()) and not (
        actor.role and actor.role.filters
    ):
        return Q()
    seen = Q(owner_id=actor.user_id or 0)
    for kind in subjects.kinds():
        # From the activity at hand to what it is about: the other way round would gather all that the actor sees.
        about = ActivityLink.objects.filter(activity_id=OuterRef(OuterRef("pk"))).values("record_id")
        seen |= Q(Exists(seen_among(actor, registry.get(kind), about)))
    return seen


def few_seen(actor: Actor, most: int, few_of: Callable[[str], list[int] | None]) -> list[int] | None:
    """Ids of the actor's own activities and of all about what the actor sees; None if they are more than ``most``.

    From the few people and companies that are seen to what is about them, instead of through all activities.
    """
    seen: list[int] = []
    for kind in subjects.kinds():
        few = few_of(kind)
        if few is None and level_of(actor, kind, "view") is not Level.NONE:
            return None
        seen += few or ()
    about = ActivityLink.objects.filter(record_id__in=seen).values_list("activity_id", flat=True)
    ids = set(about[: most + 1])
    for activity in ACTIVITIES:
        own = activity.model._default_manager.filter(owner_id=actor.user_id or 0, live__in=(True,))
        ids.update(own.values_list("pk", flat=True)[: most + 1])
    return sorted(ids) if len(ids) <= most else None


def about_record(ids: Collection[int], record_id: int) -> set[int]:
    """Those of the activities that are about the record."""
    return set(_ABOUT(record=record_id, activities=as_value(list(ids))))


_ABOUT = Prepared(
    lambda: ActivityLink.objects.filter(
        record_id=hole("record"), activity_id__in=listed_later("activities")
    ).values_list("activity_id", flat=True)
)
