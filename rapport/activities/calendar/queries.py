"""What stands in a calendar between two moments: a handful of queries, however much it is."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from rapport.accounts.actor import Actor
from rapport.activities.meetings.models import Attendee, Meeting
from rapport.activities.meetings.objects import MEETING
from rapport.activities.meetings.occurrences import MOST_MINUTES, Occurrence, occurrences
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import asked_alike, teams_within, visible_to
from rapport.core.records.known import as_value, listed_later
from rapport.lib.prepared import Prepared, hole, moment

_LONGEST = datetime.timedelta(minutes=MOST_MINUTES)
_ONE_DAY = datetime.timedelta(days=1)
MOST_MEETINGS = 3_000  # of one range; nobody reads more, and a page has to end


@dataclass
class Found:
    """The meetings of a range in order, and for each its users asked to come, with their answers."""

    occurrences: list[Occurrence]
    users: dict[int, dict[int, str]] = field(default_factory=dict)


def meetings_between(
    actor: Actor, start: datetime.datetime, end: datetime.datetime, user_ids: Collection[int]
) -> Found:
    """The meetings between two moments (UTC) of some users, planned by them or asked to come, as far as the actor sees
    them. Three queries. Whole days are found a day around: which of them count is a matter of days.
    """
    early, late = start - _ONE_DAY, end + _ONE_DAY
    values = {"users": as_value(list(user_ids)), "early": moment(early), "late": moment(late)}
    rows: list[Meeting] = [
        *asked_alike(actor, "single meetings", lambda: _single(actor))(**values, first=moment(early - _LONGEST)),
        *asked_alike(actor, "series of meetings", lambda: _series(actor))(**values),
    ]
    found = [one for row in rows for one in _of(row, start, end)]
    found.sort(key=lambda one: (one.starts_at, one.meeting.pk))
    return Found(found[:MOST_MEETINGS], asked_users([row.pk for row in rows]))


def _single(actor: Actor) -> QuerySet[Meeting]:
    there = Q(repeats__in=(False,), starts_at__gt=hole("first"), ends_at__gte=hole("early"))
    return _seen_of(actor).filter(there).order_by("starts_at", "pk")[:MOST_MEETINGS]


def _series(actor: Actor) -> QuerySet[Meeting]:
    there = Q(runs_until=None) | Q(runs_until__gte=hole("early"))
    return _seen_of(actor).filter(there, repeats__in=(True,)).order_by("pk")[:MOST_MEETINGS]


def _seen_of(actor: Actor) -> QuerySet[Meeting]:
    asked = Attendee.objects.filter(meeting_id=OuterRef("pk"), user_id__in=listed_later("users"))
    whose = Q(owner_id__in=listed_later("users")) | Q(Exists(asked))
    return visible_to(actor, MEETING).filter(whose, starts_at__lt=hole("late"))


def asked_users(meeting_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """For each meeting the ids of the users asked to come, with their answers. One query."""
    asked: dict[int, dict[int, str]] = defaultdict(dict)
    for meeting_id, user_id, answer in _ASKED(meetings=as_value(list(meeting_ids))):
        asked[meeting_id][user_id] = answer
    return asked


_ASKED = Prepared(
    lambda: Attendee.objects.filter(meeting_id__in=listed_later("meetings"), user_id__isnull=False).values_list(
        "meeting_id", "user_id", "answer"
    )
)


def may_move(actor: Actor, meeting: Meeting) -> bool:
    """Whether to offer moving it: the rule of the role, without asking the database. The verb asks properly."""
    level = level_of(actor, MEETING.key, "edit")
    if level is Level.ALL or (level is not Level.NONE and meeting.owner_id == actor.user_id):
        return True
    return meeting.team_id is not None and meeting.team_id in teams_within(actor, level)


def _of(row: Meeting, start: datetime.datetime, end: datetime.datetime) -> list[Occurrence]:
    if row.is_all_day:
        return list(occurrences(row, start - _ONE_DAY, end + _ONE_DAY))
    return list(occurrences(row, start, end))
