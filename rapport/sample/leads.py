"""The leads of a small sample: a few that just came, one that nobody answered in time, and what became of others."""

import datetime
from collections.abc import Sequence

from rapport.accounts import workspace
from rapport.activities.actions import CallInput, log_call
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.lib.working_time import Hours, read_hours
from rapport.people.models import Person
from rapport.sales.leads import routing, scoring
from rapport.sample.lead_words import WISHES
from rapport.sample.staff import Colleague

LEAST = 100  # a sample of fewer people has no leads
# Working hours since it came, how it stands, why it came to nothing; the second is overdue.
STATES = (
    (1, "new", ""), (7, "new", ""), (2, "new", ""), (3, "working", ""), (12, "working", ""), (20, "working", ""),
    (30, "working", ""), (40, "qualified", ""), (60, "qualified", ""), (26, "disqualified", "no_budget"),
    (70, "disqualified", "no_fit"), (90, "disqualified", "no_answer"),
)  # fmt: skip


def write(act: Act, colleagues: Sequence[Colleague], people: int, language: str, trade: str) -> int:
    """Makes them, in the act of the sample; how many. Each is of somebody with whom little has happened yet."""
    if people < LEAST:
        return 0
    loaded = Event.objects.filter(act=act, kind="person.created").values("subject_id")
    known = Person.objects.filter(pk__in=loaded, lifecycle__in=("lead", "contact", "subscriber"))
    wanted = list(known.order_by("-created_at", "pk")[: len(STATES)])
    house = workspace.current()
    hours = read_hours(house.time_zone, house.hours, house.holidays)
    wishes = WISHES[trade].get(language) or WISHES[trade]["en"]
    made = [
        _make(act, colleagues[number % len(colleagues)], person, number, wishes[number % len(wishes)], hours)
        for number, person in enumerate(wanted)
    ]
    routing.leave(made)
    scoring.store(made)
    return len(made)


def _make(act: Act, colleague: Colleague, person: Person, number: int, wish: tuple[str, str], hours: Hours) -> int:
    ago, status, reason = STATES[number]
    actor, lead = colleague.actor(), registry.get("lead")
    came = _worked_before(hours, clock.now(), ago)
    title, source = wish
    with clock.as_of(came):
        values = {"name": title, "person": person.pk, "source": source, "owner": colleague.user_id}
        pk: int = saving.create(actor, lead, {**values, "team": colleague.team_id}, act=act).pk
    if status == "new":
        return pk
    with clock.as_of(min(came + datetime.timedelta(hours=1), clock.now())):
        log_call(actor, CallInput((pk,), outcome="connected", duration=240), act=act)
        saving.update(actor, lead, pk, {"status": status, **({"reason": reason} if reason else {})}, act=act)
    return pk


def _worked_before(hours: Hours, now: datetime.datetime, count: int) -> datetime.datetime:
    """The moment since which the house has worked so many hours; a house that never works has worked all of them."""
    at = now - datetime.timedelta(hours=count)
    for _step in range(60):
        if hours.between(at, now) >= datetime.timedelta(hours=count):
            break
        at -= datetime.timedelta(hours=4)
    return at
