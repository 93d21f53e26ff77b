"""Takes a sample away again: its records with all that was done to them, unused tags, idle colleagues. Nothing else.

What stays are the blank events in the sealed history: their content is erased, their places in the chain are kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.activities.models import ActivityLink
from rapport.core.audit.erase import erase_all
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.tags.models import Tag, TagLink
from rapport.sample import loading, staff

_CHUNK = 500  # records in one transaction


@dataclass(frozen=True)
class Size:
    """What would go: ``counts`` of the sample's records by kind, and ``own`` notes and the like that people wrote about
    nobody but sample records.
    """

    counts: dict[str, int]
    own: int

    @property
    def total(self) -> int:
        """All records that would go."""
        return sum(self.counts.values()) + self.own


def size() -> Size:
    """How much :func:`clear` would remove. Costs a look at each record of the sample."""
    made = _made(_acts())
    kinds = Counter(dict(made.values_list("kind").annotate(Count("pk")).order_by()))
    counts = {kind.rpartition(".")[0]: number for kind, number in kinds.items()}
    sample = Subquery(made.values("subject_id"))
    about = ActivityLink.objects.filter(record_id__in=sample)
    beside = ActivityLink.objects.filter(activity_id=OuterRef("activity_id")).exclude(record_id__in=sample)
    own = about.exclude(activity_id__in=sample).filter(~Exists(beside)).values("activity_id").distinct().count()
    return Size({kind: counts[kind] for kind in (spec.key for spec in registry.every()) if kind in counts}, own)


def _acts() -> list[Act]:
    return list(Act.objects.filter(kind=loading.ACT_KIND, **loading.STANDS))


def _made(acts: list[Act]) -> "QuerySet[Event]":
    """The events that tell of the records the acts made and that are still there."""
    return Event.objects.filter(act__in=acts, kind__endswith=".created").exclude(salt=b"")


def clear(tell: Callable[[int], None] = lambda _done: None) -> dict[str, int]:
    """Removes every loaded sample; returns how many of what, nothing where there is none.

    ``tell`` hears how many records went so far, between transactions; what it raises ends the work, and the next call
    goes on where it ended.

    What people did with sample records since then goes, too: a call with somebody who never was tells nobody
    anything. Their calls with real customers stay.
    """
    acts = _acts()
    counts: Counter[str] = Counter()
    tags: set[int] = set()
    for ids in _chunks(acts):
        with transaction.atomic():
            _remove(ids, counts, tags)
        tell(counts.total())
    with transaction.atomic():
        counts["tags"], _by_model = Tag.objects.filter(pk__in=tags, links=None).delete()
        Act.objects.filter(pk__in=[act.pk for act in acts]).update(counts=loading.CLEARED)
        _dismiss(counts)
        loading.mark("")
    return {what: number for what, number in counts.items() if number}


def _chunks(acts: list[Act]) -> Iterator[list[int]]:
    """Ids of the records that the acts made, a chunk at a time, until there are none."""
    made = _made(acts).order_by("-pk")
    while ids := list(made.values_list("subject_id", flat=True)[:_CHUNK]):
        yield ids


def _remove(ids: list[int], counts: Counter[str], tags: set[int]) -> None:
    everything = sorted({*ids, *_about_nobody_else(ids)})
    tags.update(TagLink.objects.filter(record_id__in=everything).values_list("tag_id", flat=True))
    for kind in Record.objects.filter(pk__in=everything).values_list("kind", flat=True):
        counts[str(registry.get(kind).plural).lower()] += 1
    erase_all(Actor.system(via="command"), everything, act_kind="sample.clear", people=False)


def _about_nobody_else(ids: list[int]) -> set[int]:
    """Notes and calls about these records alone."""
    links = ActivityLink.objects.filter(
        activity_id__in=ActivityLink.objects.filter(record_id__in=ids).values("activity_id")
    )
    pairs = set(links.values_list("activity_id", "record_id"))
    return {activity for activity, _ in pairs} - {activity for activity, record in pairs if record not in set(ids)}


def _dismiss(counts: Counter[str]) -> None:
    """Users and teams that the sample brought go if nothing hangs on them."""
    for act in Act.objects.filter(kind=staff.ACT_KIND, **loading.STANDS):
        for user in User.objects.filter(pk__in=act.counts.get("users", ())):
            if not _has_done_something(user):
                user.delete()
                counts["users"] += 1
        for team in Team.objects.filter(pk__in=act.counts.get("teams", ())).order_by("-path"):
            if not _is_used(team):
                team.delete()
                counts["teams"] += 1
        Act.objects.filter(pk=act.pk).update(counts=loading.CLEARED)


def _has_done_something(user: User) -> bool:
    owns = any(spec.model._default_manager.filter(owner=user).exists() for spec in registry.every())
    return owns or user.last_login is not None or Act.objects.filter(user=user).exists()


def _is_used(team: Team) -> bool:
    holds = any(spec.model._default_manager.filter(team=team).exists() for spec in registry.every())
    return holds or team.users.exists() or team.children.exists()
