"""Meetings: planned, moved, called off and answered; each in one act that Undo takes back."""

import datetime

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.meetings.actions import (
    MeetingInput,
    answer,
    call_off_meeting,
    move_meeting,
    plan_meeting,
)
from rapport.activities.meetings.guests import suggestions
from rapport.activities.meetings.models import Attendee, Meeting
from rapport.activities.models import ActivityLink
from rapport.core.access.visible import visible_to
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act, EventLink
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from rapport.core.timeline.reading import timeline
from rapport.lib import clock
from tests import house
from tests.world import World

MEETING = registry.get("meeting")
TEN = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)  # ten o'clock in Berlin
HOUR = datetime.timedelta(hours=1)


def plan(by: Actor, title: str = "Review", **more: object) -> Meeting:
    return plan_meeting(by, MeetingInput(title, **{"starts_at": TEN, "minutes": 45, "zone": "Europe/Berlin", **more}))  # type: ignore[arg-type]


def guests(meeting: Meeting) -> list[dict[str, object]]:
    found: list[dict[str, object]] = MEETING.field("attendees").get(Meeting.objects.get(pk=meeting.pk))
    return found


def test_it_works(ada: Actor) -> None:
    meeting = plan(ada, place="Room 2", body="Numbers")
    assert (meeting.title, meeting.title_key, meeting.owner_id) == ("Review", "review", ada.user_id)
    assert meeting.ends_at == TEN + datetime.timedelta(minutes=45)
    undo(ada, Act.objects.latest("pk").pk)
    assert not Meeting.objects.get(pk=meeting.pk).live


def test_whom_it_is_with_is_whom_it_is_about(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    meeting = plan(ada, attendees=({"kind": "person", "id": mia.pk, "answer": ""},))
    about = set(ActivityLink.objects.filter(activity_id=meeting.pk).values_list("record_id", flat=True))
    assert about == {mia.pk, hexa.pk}
    tom = house.a_person(ada, first_name="Tom")
    everybody = [{"kind": "person", "id": pk, "answer": ""} for pk in (mia.pk, tom.pk)]
    saving.update(ada, MEETING, meeting.pk, {"attendees": everybody})
    about = set(ActivityLink.objects.filter(activity_id=meeting.pk).values_list("record_id", flat=True))
    assert about == {mia.pk, hexa.pk, tom.pk}


def test_nobody_is_asked_who_is_not_there_or_not_seen(ada: Actor) -> None:
    secret = house.a_person(ada)
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    for guest in ({"kind": "person", "id": secret.pk}, {"kind": "user", "id": 999_999}):
        with pytest.raises(Invalid):
            plan(rep, attendees=({**guest, "answer": ""},))


def test_who_is_asked_sees_the_meeting_and_answers_for_themselves(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    eve = house.actor("Eve", house.role("Eve", levels=house.levels("own")))
    meeting = plan(ada, attendees=({"kind": "user", "id": rep.user_id, "answer": ""},))
    assert visible_to(rep, MEETING).filter(pk=meeting.pk).exists()
    assert not visible_to(eve, MEETING).filter(pk=meeting.pk).exists()
    with pytest.raises(NotAllowed):
        saving.update(rep, MEETING, meeting.pk, {"title": "Mine"})
    answer(rep, meeting.pk, "yes")
    assert guests(meeting) == [{"kind": "user", "id": rep.user_id, "answer": "yes"}]
    with pytest.raises(NotFound):
        answer(eve, meeting.pk, "yes")
    with pytest.raises(NotFound):
        answer(ada, meeting.pk, "yes")


def test_a_move_is_refused_if_somebody_moved_it_before(ada: Actor) -> None:
    meeting = plan(ada)
    move_meeting(ada, meeting.pk, TEN + HOUR, 30, version=1)
    with pytest.raises(Conflict):
        move_meeting(ada, meeting.pk, TEN + 2 * HOUR, 30, version=1)
    moved = Meeting.objects.get(pk=meeting.pk)
    assert (moved.starts_at, moved.ends_at) == (TEN + HOUR, TEN + 1.5 * HOUR)
    undo(ada, Act.objects.latest("pk").pk)
    back = Meeting.objects.get(pk=meeting.pk)
    assert (back.starts_at, back.minutes) == (TEN, 45)


def test_called_off_it_is_in_the_trash(ada: Actor) -> None:
    meeting = plan(ada)
    call_off_meeting(ada, meeting.pk)
    assert not Meeting.objects.get(pk=meeting.pk).live


def test_whole_days_are_days_wherever_one_is(ada: Actor) -> None:
    noon_in_tokyo = datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC)
    meeting = plan(ada, starts_at=noon_in_tokyo, minutes=1500, zone="Asia/Tokyo", is_all_day=True)
    assert meeting.starts_at == datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    assert meeting.minutes == 2 * 24 * 60


def test_on_timelines_it_stands_where_it_begins(ada: Actor) -> None:
    mia = house.a_person(ada)
    with clock.frozen(TEN - 24 * HOUR):
        meeting = plan(ada, about=(mia.pk,))
        kinds = [entry.kind for entry in timeline(ada, house.person(), mia)]
        assert "meeting.created" not in kinds
        move_meeting(ada, meeting.pk, TEN + HOUR, 45)
    with clock.frozen(TEN + 2 * HOUR):
        (entry,) = [one for one in timeline(ada, house.person(), mia) if one.kind == "meeting.created"]
        assert entry.at == TEN + HOUR and entry.text == "Review"
    assert set(
        EventLink.objects.filter(record_id=mia.pk, event__subject_id=meeting.pk).values_list("at", flat=True)
    ) >= {TEN + HOUR}


def test_what_is_to_come_is_no_last_activity(ada: Actor) -> None:
    mia = house.a_person(ada)
    with clock.frozen(TEN - HOUR):
        plan(ada, about=(mia.pk,))
        mia.refresh_from_db()
        assert mia.last_activity_at is None
    with clock.frozen(TEN + HOUR):
        plan(ada, about=(mia.pk,))
        mia.refresh_from_db()
        assert mia.last_activity_at == TEN


def test_guests_go_with_the_person_and_stay_without_the_user(ada: Actor) -> None:
    meeting = plan(ada, attendees=({"kind": "user", "id": ada.user_id, "answer": "yes"},))
    assert Attendee.objects.filter(meeting_id=meeting.pk).count() == 1
    assert guests(meeting)[0]["answer"] == "yes"


def test_who_is_asked_is_told_once_and_again_when_it_moves(ada: Actor) -> None:
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("own")))
    meeting = plan(ada, attendees=tuple({"kind": "user", "id": pk, "answer": ""} for pk in (ada.user_id, bob.user_id)))
    saving.update(ada, MEETING, meeting.pk, {"place": "Room 3"})
    assert list(Notice.objects.values_list("user_id", "kind")) == [(bob.user_id, "meeting")]
    move_meeting(ada, meeting.pk, TEN + HOUR, 30)
    answer(bob, meeting.pk, "yes")
    assert list(Notice.objects.order_by("pk").values_list("user_id", "kind")) == [
        (bob.user_id, "meeting"),
        (bob.user_id, "meeting_moved"),
    ]


def test_its_own_page_leads_to_the_form_in_which_it_was_planned(world: World) -> None:
    ann = world.actor("ann")
    lea = house.a_person(ann, first_name="Lea")
    meeting = plan(ann, about=(lea.pk,))
    client = world.client("ann")
    page = client.get(f"/meetings/{meeting.pk}").content.decode()
    assert f"/meetings/{meeting.pk}/change" in page and f'href="/meetings/{meeting.pk}/edit" class="btn' not in page
    assert "/meetings/plan" in client.get("/meetings").content.decode()
    palette = client.get(f"/palette?kind=meeting&id={meeting.pk}&q=edit").content.decode()
    assert f"/meetings/{meeting.pk}/edit" not in palette
    on_page = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/meetings/{meeting.pk}"}
    form = {"title": "Demo", "version": "1"}
    answer = client.post(f"/meetings/{meeting.pk}/change", form, headers=on_page)
    assert answer.status_code == 204 and "record:changed" in answer.headers["HX-Trigger"]


def test_people_of_one_name_are_told_apart_where_they_are_asked(ada: Actor) -> None:
    house.a_person(ada, "Zoe", "Zyl", company=house.a_company(ada, "Hexa").pk)
    house.a_person(ada, "Zoe", "Zyl", email="zoe@home.example")
    told = {line["detail"] for line in suggestions(ada, "zyl")}
    assert told == {"Hexa", "zoe@home.example"}
