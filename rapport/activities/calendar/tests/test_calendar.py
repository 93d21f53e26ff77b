"""The page of the calendar: what it shows to whom, in which time zone, and what a drag does."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.activities.calendar.queries import meetings_between
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.meetings.models import Meeting
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.changes.undo import undo
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from tests import house
from tests.world import World

TEN = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)  # ten o'clock in Berlin
WEEK = (
    datetime.datetime(2026, 11, 22, 23, tzinfo=datetime.UTC),
    datetime.datetime(2026, 11, 29, 23, tzinfo=datetime.UTC),
)
HTMX = {"HX-Request": "true"}


def plan(by: Actor, title: str = "Review", **more: object) -> Meeting:
    return plan_meeting(by, MeetingInput(title, **{"starts_at": TEN, "minutes": 45, "zone": "Europe/Berlin", **more}))  # type: ignore[arg-type]


def titles(actor: Actor, *users: int | None) -> list[str]:
    found = meetings_between(actor, *WEEK, [pk for pk in users if pk])
    return [one.meeting.title for one in found.occurrences]


def test_it_works(world: World) -> None:
    ann = world.actor("ann")
    plan(ann)
    page = world.client("ann").get("/calendar?view=week&on=2026-11-25")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Review" in text and 'data-at-hour="9"' in text  # Ann’s clocks show UTC


def test_a_calendar_holds_what_one_planned_and_what_one_was_asked_to(world: World) -> None:
    ann, bob = world.actor("ann"), world.actor("bob")
    plan(ann, "Ann’s own")
    plan(ann, "With Bob", attendees=({"kind": "user", "id": bob.user_id, "answer": ""},))
    plan(ann, "Every day", repeat="FREQ=DAILY;COUNT=3")
    assert titles(ann, ann.user_id) == ["Ann’s own", "With Bob", "Every day", "Every day", "Every day"]
    assert titles(bob, bob.user_id) == ["With Bob"]


def test_it_shows_nothing_that_one_may_not_see(world: World) -> None:
    ann, eve = world.actor("ann"), world.actor("eve")
    mia = house.a_person(ann)
    plan(ann, "Secret", about=(mia.pk,))
    plan(ann, "Between us")
    assert titles(eve, ann.user_id, eve.user_id) == []
    text = world.client("eve").get(f"/calendar?on=2026-11-25&who={ann.user_id}").content.decode()
    assert "Secret" not in text and "Between us" not in text


def planned(by: Actor, number: int) -> None:
    """So many meetings within the week, in few queries."""
    rows = [
        {"title": f"M{one}", "starts_at": TEN + datetime.timedelta(minutes=11 * one % (4 * 24 * 60)), "minutes": 30}
        for one in range(number)
    ]
    with acting(by, "meeting.create") as act:
        saving.create_many(by, registry.get("meeting"), rows, act=act)


@pytest.mark.parametrize("view", ["", "day", "week", "month", "agenda"])
def test_every_view_costs_the_same_queries_for_five_meetings_and_for_five_hundred(world: World, view: str) -> None:
    ann = world.actor("ann")
    client = world.client("ann")
    plan(ann, "Every day", repeat="FREQ=DAILY")

    def asked(who: str) -> tuple[int, int]:
        client.get(f"/calendar?view={view}&on=2026-11-25&who={who}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/calendar?view={view}&on=2026-11-25&who={who}")
        assert page.status_code == 200
        return len(queries), len(page.content)

    planned(ann, 5)
    few = {who: asked(who)[0] for who in ("", "team", "all")}
    planned(ann, 495)
    many = {who: asked(who) for who in ("", "team", "all")}
    assert {who: queries for who, (queries, _size) in many.items()} == few
    assert max(few.values()) <= 12
    assert max(size for _queries, size in many.values()) < 600_000  # what has no room is only counted


def test_nonsense_in_the_address_shows_today(world: World) -> None:
    client = world.client("ann")
    for query in ("on=2026-99-99", "on=99999-01-01", "view=year", "who=a,b,99999999999999999999", "who=424242",
                  "on=0001-01-01", "on=9999-12-31&view=month"):  # fmt: skip
        assert client.get(f"/calendar?{query}").status_code == 200


def test_a_drag_moves_and_brings_the_calendar_back(world: World) -> None:
    ann = world.actor("ann")
    meeting = plan(ann)
    form = {"dragged": "1", "day": "2026-11-25", "time": "13:15", "minutes": "60", "version": "1", "scope": "all",
            "back": "/calendar?view=week&on=2026-11-25"}  # fmt: skip
    client = world.client("ann")
    answer = client.post(f"/meetings/{meeting.pk}/move", form, headers=HTMX)
    assert answer.status_code == 200 and 'id="calendar"' in answer.content.decode()
    assert "/undo" in answer.headers["HX-Trigger"]
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.minutes) == (datetime.datetime(2026, 11, 25, 13, 15, tzinfo=datetime.UTC), 60)
    late = client.post(f"/meetings/{meeting.pk}/move", {**form, "time": "15:00"}, headers=HTMX)
    assert late.status_code == 409 and 'id="calendar"' in late.content.decode()
    assert "Ann Archer" in late.headers["HX-Trigger"]
    undo(ann, Act.objects.latest("pk").pk)
    meeting.refresh_from_db()
    assert meeting.starts_at == TEN


def test_who_may_not_change_it_moves_nothing(world: World) -> None:
    meeting = plan(world.actor("ann"))
    form = {"dragged": "1", "day": "2026-11-25", "time": "13:15", "minutes": "60", "back": "/calendar"}
    assert world.client("ray").post(f"/meetings/{meeting.pk}/move", form, headers=HTMX).status_code == 403
    assert world.client("eve").post(f"/meetings/{meeting.pk}/move", form, headers=HTMX).status_code == 404


def test_the_forms_work_without_a_script(world: World) -> None:
    client = world.client("ann")
    assert client.get("/meetings/plan?day=2026-11-25&time=10:00").status_code == 200
    form = {"title": "Lunch", "day": "2026-11-25", "time": "23:30", "to_time": "00:30", "to_day": "2026-11-25",
            "repeat": "week", "repeat_step": "2", "repeat_days": ["2", "4"], "form_token": "once"}  # fmt: skip
    assert client.post("/meetings/plan", form).status_code == 302
    client.post("/meetings/plan", form)
    meeting = Meeting.objects.get()
    assert (meeting.minutes, meeting.repeat) == (60, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR")
    for page in ("peek", "change", "move", "call-off", "file.ics"):
        assert client.get(f"/meetings/{meeting.pk}/{page}?on=2026-11-25").status_code == 200
    moved = {
        "day": "2026-11-26",
        "time": "12:00",
        "to_time": "12:30",
        "on": "2026-11-25",
        "scope": "one",
        "version": "1",
    }
    assert client.post(f"/meetings/{meeting.pk}/move", moved).status_code == 302
    assert Meeting.objects.count() == 2
    changed = {"title": "Dinner", "on": "2026-11-27", "scope": "following", "version": "2"}
    assert client.post(f"/meetings/{meeting.pk}/change", changed).status_code == 302
    assert sorted(Meeting.objects.values_list("title", flat=True)) == ["Dinner", "Lunch", "Lunch"]
    assert client.post(f"/meetings/{meeting.pk}/call-off", {}).status_code == 302


DAY = "2026-11-25"


@pytest.mark.parametrize(("form", "field"), [
    ({"title": "x", "day": "", "time": "10:00"}, "m-day-error"),
    ({"title": "x", "day": "2026-11-25", "time": "noon"}, "m-time-error"),
    ({"title": "", "day": "2026-11-25", "time": "10:00"}, "m-title-error"),
    ({"title": "x", "day": DAY, "time": "10:00", "to_time": "10:00", "to_day": "2027-11-25"}, "m-to-day-error"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(world: World, form: dict[str, str], field: str) -> None:
    answer = world.client("ann").post("/meetings/plan", form, headers=HTMX)
    assert answer.status_code == 422 and f'id="{field}"' in answer.content.decode()
    assert not Meeting.objects.exists()


def test_the_composer_plans_on_a_record_and_its_timeline_tells(world: World) -> None:
    ann = world.actor("ann")
    lea = house.a_person(ann, first_name="Lea")
    form = {"title": "Demo", "day": "2099-11-25", "time": "10:00", "to_time": "11:00", "attendees_given": "1",
            "attendee": [f"person:{lea.pk}", f"user:{ann.user_id}=yes"], "form_token": "t"}  # fmt: skip
    answer = world.client("ann").post(f"/activities/{lea.pk}/meeting", form, headers=HTMX)
    assert answer.status_code == 200 and "Demo" in answer.content.decode()
    assert "Meetings today" not in world.client("ann").get("/").content.decode()
    assert not Notice.objects.exists()


def test_a_file_for_other_calendars(world: World) -> None:
    ann = world.actor("ann")
    begins = datetime.datetime(2027, 1, 31, 11, tzinfo=datetime.UTC)
    body = "line one\nline two " + "ä" * 80
    meeting = plan(ann, "Lunch; with, “Zoë”\\", repeat="FREQ=MONTHLY", starts_at=begins, body=body)
    text = world.client("ann").get(f"/meetings/{meeting.pk}/file.ics").content.decode()
    assert "SUMMARY:Lunch\\; with\\, “Zoë”\\\\\r\n" in text
    assert "DTSTART;TZID=Europe/Berlin:20270131T120000\r\n" in text
    assert "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1\r\n" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_what_is_due_stands_in_ones_own_calendar(world: World) -> None:
    ann = world.actor("ann")
    day = datetime.date(2026, 11, 25)
    add_task(ann, TaskInput("Send the offer", (), Due.at_time(day, None, "UTC")))
    add_task(ann, TaskInput("Call Lea", (), Due.at_time(day, datetime.time(15), "UTC")))
    text = world.client("ann").get("/calendar?view=week&on=2026-11-25").content.decode()
    assert "Send the offer" in text and "Call Lea" in text
    other = world.client("ann").get(f"/calendar?view=week&on=2026-11-25&who={world.bob.pk}").content.decode()
    assert "Send the offer" not in other
