"""Who sees a meeting: who planned it, who was asked to come, and whoever sees a record that it is about."""

from django.db.models import Exists, OuterRef, Q

from rapport.accounts.actor import Actor
from rapport.activities.meetings.models import Attendee
from rapport.activities.models import ActivityLink
from rapport.activities.sight import seen_through_records
from rapport.core.access.levels import Level
from rapport.core.access.visible import reach


def seen_meetings(actor: Actor, action: str, level: Level) -> Q:
    """A meeting about no record is seen by the users whom the level reaches; all else as with other activities."""
    seen = _seen(actor, level)
    return seen if action == "view" or level is Level.ALL else seen & reach(actor, level, action)


def _seen(actor: Actor, level: Level) -> Q:
    linked = Exists(ActivityLink.objects.filter(activity_id=OuterRef("pk")))
    through = seen_through_records(actor, "view", level)
    if through == Q():
        if level is Level.ALL:
            return Q()
        through = Q(linked)
    asked = Exists(Attendee.objects.filter(meeting_id=OuterRef("pk"), user_id=actor.user_id or 0))
    return through | Q(asked) | (~Q(linked) & (Q() if level is Level.ALL else reach(actor, level, "view")))
