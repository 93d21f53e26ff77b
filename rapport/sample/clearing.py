"""Takes a sample away again: its records with all that was done to them, unused tags, idle colleagues. Nothing else."""

from collections import Counter
from collections.abc import Iterator

from django.db import transaction

from rapport.accounts.models import Team, User
from rapport.activities.models import ActivityLink
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.tags.models import Tag, TagLink
from rapport.sample import software, staff

_CHUNK = 500  # records in one transaction


def clear() -> dict[str, int]:
    """Removes every loaded sample; returns how many of what, nothing where there is none.

    What people did with sample records since then goes, too: a call with somebody who never was tells nobody
    anything. Their calls with real customers stay.
    """
    acts = list(Act.objects.filter(kind=software.ACT_KIND))
    counts: Counter[str] = Counter()
    touched: set[int] = set()
    tags: set[int] = set()
    for ids in _chunks(acts):
        with transaction.atomic():
            _remove(ids, counts, touched, tags)
    with transaction.atomic():
        counts["tags"], _by_model = Tag.objects.filter(pk__in=tags, links=None).delete()
        _remove_empty_acts(touched | {act.pk for act in acts})
        _dismiss(counts)
    return {what: number for what, number in counts.items() if number}


def _chunks(acts: list[Act]) -> Iterator[list[int]]:
    """Ids of the records that the acts made, a chunk at a time, until there are none."""
    made = Event.objects.filter(act__in=acts, kind__endswith=".created").order_by("-pk")
    while ids := list(made.values_list("subject_id", flat=True)[:_CHUNK]):
        yield ids


def _remove(ids: list[int], counts: Counter[str], touched: set[int], tags: set[int]) -> None:
    everything = {*ids, *_about_nobody_else(ids)}
    tags.update(TagLink.objects.filter(record_id__in=everything).values_list("tag_id", flat=True))
    events = Event.objects.filter(subject_id__in=everything)
    touched.update(events.values_list("act_id", flat=True))
    events.delete()
    for kind in Record.objects.filter(pk__in=everything).values_list("kind", flat=True):
        counts[str(registry.get(kind).plural).lower()] += 1
    Record.objects.filter(pk__in=everything).delete()


def _about_nobody_else(ids: list[int]) -> set[int]:
    """Notes and calls about these records alone."""
    links = ActivityLink.objects.filter(
        activity_id__in=ActivityLink.objects.filter(record_id__in=ids).values("activity_id")
    )
    pairs = set(links.values_list("activity_id", "record_id"))
    return {activity for activity, _ in pairs} - {activity for activity, record in pairs if record not in set(ids)}


def _remove_empty_acts(ids: set[int]) -> None:
    for act in Act.objects.filter(pk__in=ids, events=None):
        act.delete()


def _dismiss(counts: Counter[str]) -> None:
    """Users and teams that the sample brought go if nothing hangs on them."""
    for act in Act.objects.filter(kind=staff.ACT_KIND):
        for user in User.objects.filter(pk__in=act.counts.get("users", ())):
            if not _has_done_something(user):
                user.delete()
                counts["users"] += 1
        for team in Team.objects.filter(pk__in=act.counts.get("teams", ())).order_by("-path"):
            if not _is_used(team):
                team.delete()
                counts["teams"] += 1
        Act.objects.filter(pk__in=[act.pk, *act.counts.get("acts", ())]).delete()


def _has_done_something(user: User) -> bool:
    owns = any(spec.model._default_manager.filter(owner=user).exists() for spec in registry.every())
    return owns or user.last_login is not None or Act.objects.filter(user=user).exists()


def _is_used(team: Team) -> bool:
    holds = any(spec.model._default_manager.filter(team=team).exists() for spec in registry.every())
    return holds or team.users.exists() or team.children.exists()
