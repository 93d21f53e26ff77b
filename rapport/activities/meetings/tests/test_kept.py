"""What a meeting holds already stays, whoever changes it: only what is added is asked for."""

import datetime

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.meetings.actions import FOLLOWING, ONE, Which, call_off_meeting, change_meeting, move_meeting
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.tests.test_meetings import HOUR, MEETING, TEN, guests, plan
from rapport.activities.models import ActivityLink
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.objects import registry, saving
from rapport.people.models import Person
from tests import house

WEEK = datetime.timedelta(days=7)
NEXT = (TEN + WEEK).date()


def asked(*people: Person) -> list[dict[str, object]]:
    return [{"kind": "person", "id": person.pk, "answer": ""} for person in people]


def about(meeting: Meeting) -> set[int]:
    return set(ActivityLink.objects.filter(activity_id=meeting.pk).values_list("record_id", flat=True))


@pytest.fixture
def rep(ada: Actor) -> Actor:
    """Somebody who sees their own records."""
    return house.actor("Rep", house.role("Rep", levels=house.levels("own")))


def test_it_works(ada: Actor, rep: Actor) -> None:
    hexa = house.a_company(ada)
    anna, carl = (house.a_person(ada, name, company=hexa.pk, owner=rep.user_id) for name in ("Anna", "Carl"))
    meeting = plan(rep, attendees=tuple(asked(anna)))
    saving.update(rep, MEETING, meeting.pk, {"attendees": asked(anna, carl)})
    assert about(meeting) == {anna.pk, carl.pk, hexa.pk}
    secret = house.a_person(ada, "Secret")
    for values in ({"attendees": asked(anna, carl, secret)}, {"about": [*about(meeting), secret.pk]}):
        with pytest.raises(Invalid):
            saving.update(rep, MEETING, meeting.pk, values)


@pytest.mark.parametrize("scope", [ONE, FOLLOWING])
def test_one_of_a_series_moves_with_all_it_holds(ada: Actor, rep: Actor, scope: str) -> None:
    hexa = house.a_company(ada)
    anna = house.a_person(ada, "Anna", company=hexa.pk, owner=rep.user_id)
    gone = house.a_person(ada, "Gone", owner=rep.user_id)
    series = plan(rep, attendees=tuple(asked(anna, gone)), repeat="FREQ=WEEKLY;BYDAY=TU")
    saving.trash(ada, registry.get("person"), [gone.pk])
    moved = move_meeting(rep, series.pk, TEN + WEEK + HOUR, 45, which=Which(NEXT, scope))
    assert about(moved) == {anna.pk, gone.pk, hexa.pk} and len(guests(moved)) == 2
    secret = house.a_person(ada, "Secret")
    with pytest.raises(Invalid):
        later = Which(NEXT + WEEK, scope)
        meeting = moved if scope == FOLLOWING else series
        change_meeting(rep, meeting.pk, {"attendees": asked(anna, secret)}, which=later)


@pytest.mark.parametrize("access", ["read", "hidden"])
@pytest.mark.parametrize("scope", [ONE, FOLLOWING])
def test_what_a_role_may_not_type_hinders_no_move(ada: Actor, access: str, scope: str) -> None:
    rules = {"meeting": dict.fromkeys(("reminder", "place", "repeat", "skipped", "series"), access)}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels(), field_rules=rules))
    series = plan(ada, reminder="10", place="Room 2", repeat="FREQ=WEEKLY;BYDAY=TU")
    moved = move_meeting(rep, series.pk, TEN + WEEK + HOUR, 45, which=Which(NEXT, scope))
    assert (moved.reminder, moved.place, moved.starts_at) == ("10", "Room 2", TEN + WEEK + HOUR)
    with pytest.raises(NotAllowed):
        change_meeting(rep, series.pk, {"place": "Elsewhere"}, which=Which(TEN.date(), ONE))


def test_calling_off_one_of_a_series_is_no_typing(ada: Actor) -> None:
    rules = {"meeting": {"skipped": "read", "repeat": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels(), field_rules=rules))
    series = plan(ada, repeat="FREQ=WEEKLY;BYDAY=TU")
    call_off_meeting(rep, series.pk, which=Which(NEXT, ONE))
    assert Meeting.objects.get(pk=series.pk).skipped == [NEXT.isoformat()]
