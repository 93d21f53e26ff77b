"""Who was to come hears that a meeting does not take place, is moved, or takes place after all: each once."""

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.meetings.actions import (
    ALL,
    FOLLOWING,
    ONE,
    Which,
    answer,
    call_off_meeting,
    change_meeting,
    move_meeting,
)
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.tests.test_kept import NEXT, WEEK
from rapport.activities.meetings.tests.test_meetings import HOUR, MEETING, TEN, plan
from rapport.core.changes.undo import undo
from rapport.core.events.models import Act
from rapport.core.notices.models import Notice
from rapport.core.notices.reading import notices
from rapport.core.notices.seeing import see_all
from rapport.core.objects import saving
from rapport.lib import clock
from tests import house

WEEKLY = "FREQ=WEEKLY;BYDAY=TU"


@pytest.fixture
def bob(ada: Actor) -> Actor:
    return house.actor("Bob", house.role("Rep", levels=house.levels("own")))


def ask(ada: Actor, *who: Actor, **more: object) -> Meeting:
    meeting = plan(ada, attendees=tuple({"kind": "user", "id": one.user_id, "answer": ""} for one in who), **more)
    see_all(who[0])
    return meeting


def new(who: Actor) -> list[str]:
    """The kinds of what somebody has not read, oldest first."""
    found = Notice.objects.filter(user_id=who.user_id, read_at=None).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_it_works(ada: Actor, bob: Actor) -> None:
    with clock.frozen(TEN - HOUR):
        meeting = ask(ada, bob)
        call_off_meeting(ada, meeting.pk)
        (line,) = notices(bob).lines
        assert (line.title, line.sentence) == ("Review, Tue 24 Nov, 09:00–09:45", "Ada called off the meeting")
        undo(ada, Act.objects.latest("pk").pk)
        assert new(bob) == []
        call_off_meeting(ada, meeting.pk)
        see_all(bob)
        undo(ada, Act.objects.latest("pk").pk)
        assert new(bob) == ["meeting"]


def test_who_declined_and_of_what_is_over_nobody_hears(ada: Actor, bob: Actor) -> None:
    eve = house.actor("Eve", house.role("Eve", levels=house.levels("own")))
    with clock.frozen(TEN - HOUR) as now:
        first, second = ask(ada, eve, bob), ask(ada, eve, bob)
        answer(eve, first.pk, "no")
        call_off_meeting(ada, first.pk)
        now.put(hours=5)
        call_off_meeting(ada, second.pk)
    assert new(eve) == [] and new(bob).count("meeting_off") == 1


@pytest.mark.parametrize("scope", [ONE, FOLLOWING])
def test_one_of_a_series_called_off_is_told_of_and_taken_back(ada: Actor, bob: Actor, scope: str) -> None:
    with clock.frozen(TEN - HOUR):
        series = ask(ada, bob, repeat=WEEKLY)
        call_off_meeting(ada, series.pk, which=Which(NEXT, scope))
        assert new(bob) == ["meeting_off"]
        assert notices(bob).lines[0].title.startswith("Review, Tue 1 Dec")
        undo(ada, Act.objects.latest("pk").pk)
    assert new(bob) == []


@pytest.mark.parametrize("scope", [ONE, FOLLOWING, ALL])
def test_one_of_a_series_that_moves_is_moved_and_no_new_invitation(ada: Actor, bob: Actor, scope: str) -> None:
    with clock.frozen(TEN - HOUR):
        series = ask(ada, bob, repeat=WEEKLY)
        move_meeting(ada, series.pk, TEN + WEEK + HOUR, 45, which=Which(NEXT, scope))
    assert new(bob) == ["meeting_moved"]


def test_another_title_of_one_of_a_series_is_no_news(ada: Actor, bob: Actor) -> None:
    series = ask(ada, bob, repeat=WEEKLY)
    change_meeting(ada, series.pk, {"title": "Other"}, which=Which(NEXT, ONE))
    assert new(bob) == []


def test_who_was_taken_off_and_is_asked_again_hears_of_it(ada: Actor, bob: Actor) -> None:
    meeting = ask(ada, bob)
    saving.update(ada, MEETING, meeting.pk, {"attendees": []})
    saving.update(ada, MEETING, meeting.pk, {"attendees": [{"kind": "user", "id": bob.user_id, "answer": ""}]})
    assert new(bob) == ["meeting"]
