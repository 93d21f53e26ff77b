"""Who sees a task: its owner, whoever sees what it is about; and what is about nothing, whoever the role lets."""

from django.db.models import Exists, OuterRef, Q

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Task
from rapport.activities.sight import few_seen, seen_through_records
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import reach, teams_within
from rapport.core.objects.spec import FewOf


def tasks_seen(actor: Actor, action: str, level: Level) -> Q:
    """The rule of all activities; tasks about nothing are seen as far as the role reaches."""
    view = level_of(actor, "task", "view")
    through = seen_through_records(actor, "view", view)
    if through == Q():
        seen = Q()
    else:
        about_nothing = ~Exists(ActivityLink.objects.filter(activity_id=OuterRef("pk")))
        seen = through | (Q(about_nothing) if view is Level.ALL else Q(about_nothing) & reach(actor, view, "view"))
    return seen if action == "view" or level is Level.ALL else seen & reach(actor, level, action)


def few_tasks(actor: Actor, most: int, few_of: FewOf) -> list[int] | None:
    """Ids among which is all that the actor sees, None if they are more than ``most``."""
    view = level_of(actor, "task", "view")
    if view is Level.ALL:
        return None
    few = few_seen(actor, most, few_of)
    if few is None:
        return None
    teams = teams_within(actor, view)
    of_teams = Task.objects.filter(team_id__in=teams, live__in=(True,)).values_list("pk", flat=True)[: most + 1]
    ids = {*few, *(of_teams if teams else ())}
    return sorted(ids) if len(ids) <= most else None
