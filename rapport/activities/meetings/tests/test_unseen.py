"""What a meeting gives away to nobody: names of records its reader may not see, and fields hidden from them."""

import io

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.tests.test_meetings import HOUR, MEETING, TEN
from rapport.core.access.levels import readable_fields
from rapport.core.access.pages import ListQuery
from rapport.core.exporting import files
from rapport.core.objects import saving
from rapport.core.timeline.reading import in_words, timeline
from rapport.lib import clock
from tests import house


@pytest.fixture
def rep(ada: Actor) -> Actor:
    """Somebody who sees their own records, and meetings they are asked to."""
    return house.actor("Rep", house.role("Rep", levels=house.levels("own")))


@pytest.fixture
def meeting(ada: Actor, rep: Actor) -> Meeting:
    """A meeting that Rep is asked to, with Mia of Hexa, neither of whom Rep sees."""
    mia = house.a_person(ada, "Mia", "Berg", company=house.a_company(ada, "Hexa").pk)
    guests = ({"kind": "user", "id": rep.user_id, "answer": ""}, {"kind": "person", "id": mia.pk, "answer": "yes"})
    return plan_meeting(ada, MeetingInput("Review", TEN, 45, zone="Europe/Berlin", attendees=guests))


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def page(actor: Actor, path: str) -> str:
    answer = browser(actor).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_its_screens_name_nobody_unseen(ada: Actor, rep: Actor, meeting: Meeting) -> None:
    for path in (f"/meetings/{meeting.pk}", f"/meetings/{meeting.pk}/peek"):
        assert "Hexa" in page(ada, path) and "Mia Berg" in page(ada, path)
        told = page(rep, path)
        assert "Hexa" not in told and "Mia Berg" not in told and "Review" in told
        assert "Rep" in told


def test_what_was_changed_names_nobody_unseen(ada: Actor, rep: Actor, meeting: Meeting) -> None:
    tom = house.a_person(ada, "Tom", "Tal")
    guests = MEETING.field("attendees").get(meeting)
    saving.update(ada, MEETING, meeting.pk, {"attendees": [*guests, {"kind": "person", "id": tom.pk, "answer": ""}]})
    assert "Tom Tal" in str(timeline(ada, MEETING, meeting))
    told = str(timeline(rep, MEETING, meeting))
    assert not any(name in told for name in ("Tom Tal", "Mia Berg", "Hexa"))
    change = [(readable_fields(rep, MEETING), {"about": [[], [tom.pk]], "title": ["Old", "Review"]})]
    assert "Tom Tal" in str(in_words(ada, change)) and "Tom Tal" in str(in_words(rep, change, all_links=True))
    assert "Tom Tal" not in str(in_words(rep, change)) and "Old" in str(in_words(rep, change))


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_its_export_names_the_users_who_come_and_nobody_unseen(
    ada: Actor, rep: Actor, meeting: Meeting, fmt: str
) -> None:
    told = {}
    for actor in (ada, rep):
        out = io.BytesIO()
        files.export(actor, MEETING, ListQuery(), fmt, out)
        told[actor.name] = out.getvalue().decode()
    assert "Rep" in told["Ada"] and "Mia Berg" in told["Ada"]
    assert "Mia Berg" not in told["Rep"]


def test_a_field_that_is_hidden_is_on_no_screen_and_in_no_file(ada: Actor) -> None:
    rules = {"meeting": dict.fromkeys(("body", "place", "outcome"), "hidden")}
    shy = house.actor("Shy", house.role("Shy", levels=house.levels("all"), field_rules=rules))
    mia = house.a_person(ada)
    asked = ({"kind": "user", "id": shy.user_id, "answer": ""},)
    meeting = plan_meeting(
        ada, MeetingInput("Review", TEN, 45, about=(mia.pk,), place="Cellar", body="Secrets", attendees=asked)
    )
    paths = [f"/meetings/{meeting.pk}{end}" for end in ("", "/peek", "/file.ics", "/change")]
    with clock.frozen(TEN - HOUR):
        for path in [*paths, "/calendar?view=week&on=2026-11-24", "/", f"/people/{mia.pk}"]:
            assert "Cellar" in page(ada, path), path
            told = page(shy, path)
            assert "Review" in told and "Cellar" not in told and "Secrets" not in told, path
    with clock.frozen(TEN + HOUR):
        assert "Cellar" in str(timeline(ada, house.person(), mia)) and "Secrets" in page(ada, f"/people/{mia.pk}")
        told = str(timeline(shy, house.person(), mia))
        assert "Review" in told and "Cellar" not in told and "Secrets" not in told


def test_who_does_not_see_a_field_does_not_empty_it(ada: Actor) -> None:
    rules = {"meeting": {"body": "hidden", "place": "hidden"}}
    shy = house.actor("Shy", house.role("Shy", levels=house.levels("all"), field_rules=rules))
    meeting = plan_meeting(ada, MeetingInput("Review", TEN, 45, place="Cellar", body="Secrets"))
    form = {"title": "New title", "place": "", "body": "", "reminder": "", "version": "1"}
    assert browser(shy).post(f"/meetings/{meeting.pk}/change", form).status_code in (302, 303)
    now = Meeting.objects.get(pk=meeting.pk)
    assert (now.title, now.place, now.body) == ("New title", "Cellar", "Secrets")
