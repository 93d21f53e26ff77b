"""What is planned about records: the soonest open task with a date, or the next meeting. Rooms that repeat it in rows
of their own listen here; activities do not know them.
"""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Meeting, Task
from rapport.core.records.among import among
from rapport.lib import clock

# What these fields say decides when something is planned, and what it is called.
OF_TASKS = frozenset({"title", "status", "due_on", "due_at", "owner", "about"})
OF_MEETINGS = frozenset(
    {"title", "starts_at", "minutes", "is_all_day", "zone", "repeat", "skipped", "outcome", "about"}
)
_INSTANT = datetime.timedelta(microseconds=1)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """The activity ``id`` of ``kind`` (task or meeting). ``by`` (UTC): from then on it is late.

    ``at`` (UTC) is the moment it is planned for; where that is a whole day, the last microsecond of this day on the
    clocks by which it was planned.
    """

    id: int
    kind: str
    title: str
    at: datetime.datetime
    by: datetime.datetime


Listener = Callable[[Collection[int], Collection[int]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """``listener`` hears, in the transaction that changes it, about which records something else may be planned now.

    Its second argument are activities that are about to go for good, and count no more: hand them to :func:`soonest`.
    """
    _listeners.append(listener)


def changed(record_ids: Collection[int], without: Collection[int] = ()) -> None:
    """Tells the listeners that what is planned about these records may be something else now."""
    if record_ids:
        for listener in _listeners:
            listener(record_ids, without)


Question = Callable[[Actor, Collection[int]], str]
_questions: list[Question] = []


def ask_after(question: Question) -> None:
    """``question`` gives, for the records that something done was about, where the actor is asked what comes next;
    "" for nowhere.
    """
    _questions.append(question)


def question_after(actor: Actor, activity_id: int) -> str:
    """Where to ask what comes next, now that this activity is done."""
    about = list(ActivityLink.objects.filter(activity_id=activity_id).values_list("record_id", flat=True))
    return next((url for ask in _questions if about and (url := ask(actor, about))), "")


def forget(activity_ids: Collection[int]) -> None:
    """These activities are about to be erased."""
    about = ActivityLink.objects.filter(among("activity_id", activity_ids))
    changed(set(about.values_list("record_id", flat=True)), activity_ids)


def is_whole_day(at: datetime.datetime) -> bool:
    """Whether the ``at`` of a plan stands for a whole day."""
    return at.microsecond == 999_999


def soonest(record_ids: Collection[int], without: Collection[int] = ()) -> dict[int, Plan]:
    """What is planned next about each of some records; nothing for those without. Three queries for any number."""
    links = ActivityLink.objects.filter(among("record_id", record_ids))
    about = links.values("activity_id")
    tasks = Task.objects.filter(live=True, done_at__isnull=True, due_by__isnull=False, pk__in=about)
    plans: dict[int, Plan] = {}
    for pk, title, due_at, due_by in tasks.order_by().values_list("pk", "title", "due_at", "due_by"):
        if due_by is not None:
            plans[pk] = Plan(pk, "task", title, due_at or due_by - _INSTANT, due_by)
    meetings = Meeting.objects.filter(live=True, begins_next__gt=clock.now(), pk__in=about)
    meetings = meetings.exclude(outcome="called_off").order_by()
    for pk, title, begins, is_all_day in meetings.values_list("pk", "title", "begins_next", "is_all_day"):
        if begins is not None:
            by = begins + _DAY if is_all_day else begins
            plans[pk] = Plan(pk, "meeting", title, by - _INSTANT if is_all_day else by, by)
    for pk in without:
        plans.pop(pk, None)
    found: dict[int, Plan] = {}
    pairs = links.filter(among("activity_id", list(plans))).values_list("record_id", "activity_id") if plans else ()
    for record_id, activity_id in pairs:
        plan = plans[activity_id]
        now = found.get(record_id)
        if now is None or (plan.by, plan.id) < (now.by, now.id):
            found[record_id] = plan
    return found
