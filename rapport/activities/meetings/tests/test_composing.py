"""The composer's meeting: saved once, and never lost; about whatever activities may be about."""

import pytest

from rapport.accounts.actor import Actor
from rapport.activities import subjects
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.tests.test_meetings import plan
from rapport.activities.meetings.tests.test_unseen import browser, page
from rapport.activities.tasks.actions import TaskInput, add_task
from tests import house

FORM = {"title": "Kick-off", "day": "2026-11-25", "time": "10:00", "to_time": "11:00", "to_day": "2026-11-25"}
HTMX = {"HX-Request": "true"}


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada)
    answer = browser(ada).post(f"/activities/{mia.pk}/meeting", FORM, headers=HTMX)
    assert answer.status_code == 200 and "record:changed" in answer.headers["HX-Trigger"]
    assert Meeting.objects.get().title == "Kick-off"


def test_a_refused_one_stands_there_again_with_and_without_a_script(ada: Actor) -> None:
    mia, client = house.a_person(ada), browser(ada)
    wrong = {**FORM, "title": "Kick-off", "place": "Room 7", "day": "someday"}
    answer = client.post(f"/activities/{mia.pk}/meeting", wrong, headers=HTMX)
    assert answer.status_code == 422 and "Kick-off" in answer.content.decode()
    assert client.post(f"/activities/{mia.pk}/meeting", wrong).status_code == 302
    text = client.get(f"/people/{mia.pk}").content.decode()
    assert "Kick-off" in text and "Room 7" in text
    assert not Meeting.objects.exists()


def test_on_what_has_no_composer_nothing_is_planned(ada: Actor) -> None:
    task = add_task(ada, TaskInput("x"))
    assert browser(ada).post(f"/activities/{task.pk}/meeting", FORM).status_code == 404


def test_whatever_it_may_be_about_is_named(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_subjects", {**subjects._subjects, "task": subjects.Subject("task")})
    task = add_task(ada, TaskInput("Move the office"))
    meeting = plan(ada, about=(task.pk,))
    assert "Move the office" in page(ada, f"/meetings/{meeting.pk}/peek")
    assert f'name="about" value="{task.pk}"' in page(ada, f"/meetings/plan?about={task.pk}")
