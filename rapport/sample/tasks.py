"""The tasks of a small sample: some for each colleague, and some for the administrators who look at it first."""

import datetime
import random
from collections.abc import Sequence
from itertools import cycle, islice

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.tasks.actions import TaskInput, add_step, add_task, complete_task, move_task
from rapport.activities.tasks.due import Due
from rapport.core.events.models import Act, Event
from rapport.lib import clock
from rapport.people.models import Person
from rapport.sample.staff import Colleague
from rapport.sample.trade import Words

SEED = 20260402
MOST_ADMINISTRATORS = 3
LEAST = 100  # a sample of a few people has no tasks
# Days from today (None: no date), hour (0: no time), how it goes on: how each of a user's tasks stands.
STATES = (
    (-3, 0, "high", "open", ""), (-1, 16, "normal", "open", ""), (0, 0, "normal", "doing", ""),
    (0, 15, "high", "open", ""), (1, 10, "normal", "open", ""), (1, 0, "low", "open", ""),
    (3, 0, "normal", "open", "weekly"), (6, 9, "normal", "doing", ""), (14, 0, "normal", "open", "monthly"),
    (None, 0, "low", "open", ""), (-2, 0, "normal", "done", ""), (-5, 11, "high", "done", ""),
)  # fmt: skip


def write(act: Act, colleagues: Sequence[Colleague], words: Words, people: int) -> int:
    """Makes them, in the act of the sample; how many. Each is about one of the people whom its owner looks after."""
    rng = random.Random(SEED)  # noqa: S311 - a sample must be the same every time, not hard to guess
    bosses = User.objects.filter(is_active=True, role__is_admin=True).exclude(
        pk__in=[colleague.user_id for colleague in colleagues]
    )
    actors = [Actor.of(user) for user in bosses.select_related("role", "team").order_by("pk")[:MOST_ADMINISTRATORS]]
    actors += [colleague.actor() for colleague in colleagues]
    share = len(STATES) if people >= LEAST else 0
    loaded = Event.objects.filter(act=act, kind="person.created").values("subject_id")
    known = list(Person.objects.filter(pk__in=loaded).order_by("-last_activity_at", "pk")[:200])
    made = 0
    for actor in actors:
        hers = [person for person in known if person.owner_id == actor.user_id] or known
        texts = rng.sample(words.tasks, len(words.tasks))  # each in turn: the same one comes late to the same person
        for state, person, text in zip(STATES[:share], cycle(hers), islice(cycle(texts), share), strict=False):
            _make(actor, act, state, person.pk, text)
            made += 1
    return made


def _make(
    actor: Actor, act: Act, state: tuple[int | None, int, str, str, str], person_id: int, text: tuple[str, ...]
) -> None:
    days, hour, priority, status, repeat = state
    title, *steps = text
    due = Due()
    if days is not None:
        day = clock.today(actor.time_zone) + datetime.timedelta(days=days)
        due = Due.at_time(day, datetime.time(hour) if hour else None, actor.time_zone)
    with clock.as_of(clock.now() - datetime.timedelta(days=7, minutes=hour)):
        task = add_task(actor, TaskInput(title, (person_id,), due, priority=priority, repeat=repeat), act=act)
        for step in steps if days == 0 else ():
            add_step(actor, task.pk, step, act=act)
    if status == "done" and days is not None:
        with clock.as_of(clock.now() + datetime.timedelta(days=days)):
            complete_task(actor, task.pk, act=act)
    elif status != "open":
        move_task(actor, task.pk, status, act=act)
