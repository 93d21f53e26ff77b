"""A meeting that was planned is the last activity when its time comes, also the later ones of a series."""

import datetime
from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.activities import jobs
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.meetings import beginning
from rapport.activities.meetings.actions import ONE, Which, call_off_meeting, change_meeting, move_meeting
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.tests.test_meetings import HOUR, MEETING, TEN, plan
from rapport.core.jobs import registry as handlers
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people.models import Person
from tests import house

DAY = 24 * HOUR
WEEKLY = "FREQ=WEEKLY;BYDAY=TU"


def begin() -> int:
    """What a worker does when the schedule comes; how many it noted."""
    return beginning.note_begun(lambda _done, _all: None)


def latest(person: Person) -> datetime.datetime | None:
    return Person.objects.get(pk=person.pk).last_activity_at


@pytest.fixture
def mia(ada: Actor) -> Any:
    return house.a_person(ada)


def test_it_works(ada: Actor, mia: Person) -> None:
    with clock.frozen(TEN - DAY) as now:
        plan(ada, about=(mia.pk,))
        assert begin() == 0 and latest(mia) is None
        now.put(days=1)
        assert begin() == 1 and begin() == 0
    assert latest(mia) == TEN
    assert handlers.handler("meetings.begin") is not None and jobs.SECONDS < 600


def test_each_of_a_series_counts_also_after_days_without_a_worker(ada: Actor, mia: Person) -> None:
    with clock.frozen(TEN - DAY) as now:
        series = plan(ada, about=(mia.pk,), repeat=WEEKLY)
        now.put(days=9)
        assert begin() == 1 and latest(mia) == TEN + 7 * DAY
        now.put(days=6)
        call_off_meeting(ada, series.pk, which=Which((TEN + 14 * DAY).date(), ONE))
        now.put(days=1)
        assert begin() == 0 and latest(mia) == TEN + 7 * DAY
        saving.trash(ada, MEETING, [series.pk])
        assert latest(mia) is None
        now.put(days=7)
        assert begin() == 1 and latest(mia) is None
        saving.restore(ada, MEETING, [series.pk])
    assert latest(mia) == TEN + 21 * DAY


def test_one_that_is_moved_takes_the_last_activity_along(ada: Actor, mia: Person) -> None:
    with clock.frozen(TEN + DAY):
        meeting = plan(ada, about=(mia.pk,))
        assert latest(mia) == TEN
        move_meeting(ada, meeting.pk, TEN + 2 * DAY, 45)
        assert latest(mia) is None and begin() == 0
        change_meeting(ada, meeting.pk, {"starts_at": TEN - DAY})
        assert latest(mia) == TEN - DAY and begin() == 0
    assert Meeting.objects.get().begins_next is None


def test_the_last_of_a_long_series_is_found(ada: Actor, mia: Person) -> None:
    with clock.frozen(TEN):
        plan(ada, about=(mia.pk,), starts_at=TEN - 3000 * DAY, repeat="FREQ=YEARLY")
        plan(ada, about=(mia.pk,), starts_at=TEN - 3000 * DAY, repeat="FREQ=DAILY;COUNT=3")
    yearly, over = Meeting.objects.order_by("pk")
    assert yearly.began_at is not None and yearly.began_at > TEN - 366 * DAY and yearly.begins_next is not None
    assert over.began_at == TEN - 2998 * DAY and over.begins_next is None


def test_what_is_due_is_found_by_index(ada: Actor) -> None:
    rows = Meeting.objects.filter(begins_next__isnull=False, begins_next__lte=TEN).order_by("begins_next")[:100]
    if connection.vendor == "sqlite":
        assert "meeting_begins" in rows.explain()


def test_clocks_of_many_are_set_in_a_few_statements(ada: Actor, django_assert_max_num_queries: Any) -> None:
    people = [house.a_person(ada, f"P{number}") for number in range(30)]
    with clock.frozen(TEN):
        kept = [add_note(ada, NoteInput("a", (person.pk,))) for person in people]
    with clock.frozen(TEN + HOUR):
        gone = [add_note(ada, NoteInput("b", (person.pk,))) for person in people]
    with django_assert_max_num_queries(60):
        saving.trash(ada, registry.get("note"), [note.pk for note in gone])
    assert {latest(person) for person in people} == {TEN}
    saving.trash(ada, registry.get("note"), [note.pk for note in kept])
    assert {latest(person) for person in people} == {None}
