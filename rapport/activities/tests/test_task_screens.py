"""Pages of tasks: my tasks, the line that makes one, ticking in place, the board, the composer and its follow-up."""

import datetime
import json
from typing import Any

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Task
from rapport.activities.tasks import queries
from rapport.activities.tasks.actions import TaskInput, add_step, add_task, complete_task
from rapport.activities.tasks.due import Due
from rapport.lib import clock
from tests import house
from tests.world import World

NOON = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)  # a Wednesday
TODAY, DAY = NOON.date(), datetime.timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ann(world: World) -> Actor:
    return world.actor("ann")


@pytest.fixture
def browser(world: World) -> Client:
    return world.client("ann")


def text(browser: Client, url: str, **given: str) -> str:
    answer = browser.get(url, given)
    assert answer.status_code == 200, url
    return answer.content.decode()


def toast(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return told


def test_it_works(ann: Actor, browser: Client) -> None:
    mia = house.a_person(ann)
    for title, days in (("Late", -1), ("Now", 0), ("Soon", 1), ("Friday", 2), ("Far", 30)):
        add_task(ann, TaskInput(title, (mia.pk,), Due(TODAY + days * DAY)))
    add_task(ann, TaskInput("Some day"))
    page = text(browser, "/tasks")
    assert "Late" in page and "Now" in page and "Soon" not in page and "Mia Berg" in page
    coming = text(browser, "/tasks", show="coming")
    assert [coming.find(word) > 0 for word in ("Now<", "Soon", "Friday", "Far")] == [False, True, True, True]
    every = text(browser, "/tasks", show="open")
    heads = ["Overdue</h2>", "Today</h2>", "Tomorrow</h2>", "This week</h2>", "Later</h2>", "Without a date</h2>"]
    places = [every.find(head) for head in heads]
    assert places == sorted(places) and places[0] > 0


def test_ticking_answers_with_the_line_and_undo(ann: Actor, browser: Client) -> None:
    task = add_task(ann, TaskInput("Ring Ada", due=Due(TODAY)))
    answer = browser.post(f"/tasks/{task.pk}/done", {"done": "1", "place": "list"}, headers=HTMX)
    assert 'aria-checked="true"' in answer.content.decode()
    assert toast(answer)["text"] == "Task done."
    assert "Ring Ada" in text(browser, "/tasks", show="done") and "Ring Ada" not in text(browser, "/tasks")
    browser.post(toast(answer)["undo"])
    assert Task.objects.get().status == "open"


def test_two_tabs_that_tick_the_same_task_tick_it_once(ann: Actor, browser: Client) -> None:
    task = add_task(ann, TaskInput("Water", due=Due(TODAY), repeat="daily"))
    first, second = (browser.post(f"/tasks/{task.pk}/done", {"done": "1"}, headers=HTMX) for _tab in range(2))
    assert toast(first)["text"] == "Done. It comes again: Tomorrow."
    assert "undo" not in toast(second) and second.status_code == 200
    assert Task.objects.count() == 2


def test_who_may_not_change_a_task_is_told_and_nothing_happens(world: World, ann: Actor) -> None:
    task = add_task(ann, TaskInput("Ann’s"))
    answers = {
        who: world.client(who).post(f"/tasks/{task.pk}/done", headers=HTMX).status_code for who in ("ray", "eve")
    }
    assert answers == {"ray": 403, "eve": 404}
    assert Task.objects.get().status == "open"


def test_a_line_makes_a_task_once_and_says_what_it_understood(ann: Actor, browser: Client) -> None:
    said = text(browser, "/tasks/understood", line="Call Anna tomorrow 3pm !high")
    assert [word in said for word in ("Tomorrow", "15:00", "High")] == [True] * 3
    for _turn in range(2):
        given = {"line": "Call Anna tomorrow 3pm !high", "form_token": "t1"}
        answer = browser.post("/tasks/add?show=open", given, headers=HTMX)
        assert answer.status_code == 200 and "Call Anna" in answer.content.decode()
    task = Task.objects.get()
    assert (task.title, task.priority, task.owner_id) == ("Call Anna", "high", ann.user_id)
    assert task.due_at == datetime.datetime(2026, 11, 26, 15, tzinfo=datetime.UTC)
    assert browser.post("/tasks/add", {"line": "  "}, headers=HTMX).status_code == 422


def test_without_javascript_a_form_leads_back(ann: Actor, browser: Client) -> None:
    task = add_task(ann, TaskInput("Call", due=Due(TODAY)))
    page = "http://testserver/tasks?show=open"
    answer = browser.post(f"/tasks/{task.pk}/due", {"due": "week"}, headers={"Referer": page})
    assert answer.headers["Location"] == "/tasks?show=open"
    assert Task.objects.get().due_on == datetime.date(2026, 11, 30)
    elsewhere = browser.post(f"/tasks/{task.pk}/due", {"due": "today"}, headers={"Referer": "https://evil.example/x"})
    assert elsewhere.headers["Location"] == f"/tasks/all/{task.pk}"
    assert "Due: Today." in text(browser, "/tasks")


def test_the_board_moves_a_task(ann: Actor, browser: Client) -> None:
    task = add_task(ann, TaskInput("Call", due=Due(TODAY)))
    answer = browser.post(f"/tasks/{task.pk}/move", {"status": "doing", "place": "board"}, headers=HTMX)
    assert answer.status_code == 204 and toast(answer)["text"] == "Moved to “Doing”."
    page = text(browser, "/tasks", view="board")
    assert page.find('data-lane="doing"') < page.find(f'data-card="{task.pk}"') < page.find('data-lane="done"')
    assert browser.post(f"/tasks/{task.pk}/move", {"status": "lost"}, headers=HTMX).status_code == 422


def test_whose_tasks_follows_the_role(world: World, ann: Actor) -> None:
    add_task(ann, TaskInput("Ann’s", due=Due(TODAY)))
    add_task(world.actor("eve"), TaskInput("Eve’s", due=Due(TODAY)))
    bob, mia = world.client("bob"), world.client("mia")
    assert "Ann’s" not in text(bob, "/tasks") and "Ann’s" in text(bob, "/tasks", whose="team")
    assert "Eve’s" not in text(bob, "/tasks", whose="all") and "Eve’s" in text(mia, "/tasks", whose="all")


def test_the_badge_counts_what_is_overdue(ann: Actor, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text(browser, "/tasks/badge").strip() == ""
    for number in range(3):
        add_task(ann, TaskInput(f"Late {number}", due=Due(TODAY - DAY)))
    assert ">3<" in text(browser, "/tasks/badge")
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    assert ">2+<" in text(browser, "/tasks/badge")


def test_pages_follow_upon_each_other(ann: Actor, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for number in range(4):
        add_task(ann, TaskInput(f"Dated {number}", due=Due(TODAY)))
        add_task(ann, TaskInput(f"Undated {number}"))
    seen, after = [], ""
    while True:
        found = browser.get("/tasks", {"show": "open", **({"after": after} if after else {})}, headers=HTMX)
        page = found.content.decode()
        seen += [task.title for task in Task.objects.order_by("pk") if f'id="task-{task.pk}"' in page]
        if "after=" not in page:
            break
        after = page.partition("after=")[2].partition('"')[0].partition("&")[0]
    assert sorted(seen) == sorted(Task.objects.values_list("title", flat=True)) and len(seen) == 8


def test_the_composer_makes_a_task_for_a_colleague(world: World, ann: Actor, browser: Client) -> None:
    mia = house.a_person(ann)
    given = {
        "title": "Send prices", "due": "tomorrow", "due_time": "09:30", "priority": "high", "reminder": "1h",
        "owner": str(world.bob.pk), "repeat": "weekly", "form_token": "t1",
    }  # fmt: skip
    answer = browser.post(f"/activities/{mia.pk}/task", given, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Upcoming" in page and "Send prices" in page
    task = Task.objects.get()
    assert (task.owner_id, task.due_on, task.reminder, task.repeat) == (world.bob.pk, TODAY + DAY, "1h", "weekly")
    wrong = browser.post(f"/activities/{mia.pk}/task", {"title": "", "due": "pick", "due_on": "soon"}, headers=HTMX)
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.content.decode()
    assert Task.objects.count() == 1


def test_after_a_note_a_follow_up_is_one_press(ann: Actor, browser: Client) -> None:
    mia = house.a_person(ann)
    note = browser.post(f"/activities/{mia.pk}/note", {"body": "Likes tea"}, headers=HTMX).content.decode()
    assert "Follow up:" in note
    for _turn in range(2):
        given = {"due": "3days", "form_token": "t1"}
        answer = browser.post(f"/activities/{mia.pk}/follow-up", given, headers=HTMX)
        assert toast(answer)["text"] == "Follow-up planned: 28 Nov." and toast(answer)["undo"]
    task = Task.objects.get()
    assert (task.title, task.due_on) == ("Follow up with Mia Berg", datetime.date(2026, 11, 28))
    assert ActivityLink.objects.filter(activity=task.pk, record=mia.pk).exists()
    picked = browser.post(f"/activities/{mia.pk}/follow-up", {"due": "pick", "due_on": "2026-12-24"}, headers=HTMX)
    assert toast(picked)["text"] == "Follow-up planned: 24 Dec."


def test_a_call_takes_a_moment_that_has_passed(ann: Actor, browser: Client) -> None:
    mia = house.a_person(ann)
    given = {"direction": "in", "outcome": "busy", "minutes": "2", "happened_at": "2026-11-24T09:00"}
    assert browser.post(f"/activities/{mia.pk}/call", given, headers=HTMX).status_code == 200
    mia.refresh_from_db()
    assert mia.last_activity_at == datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    ahead = browser.post(f"/activities/{mia.pk}/call", {"happened_at": "2026-11-26T09:00"}, headers=HTMX)
    assert ahead.status_code == 422 and "has passed" in ahead.content.decode()


def test_a_task_is_ticked_on_the_page_of_its_record(ann: Actor, browser: Client) -> None:
    mia = house.a_person(ann)
    task = add_task(ann, TaskInput("Send prices", (mia.pk,), Due(TODAY)))
    assert "Upcoming" in text(browser, f"/people/{mia.pk}")
    answer = browser.post(f"/tasks/{task.pk}/done", {"done": "1", "place": str(mia.pk)}, headers=HTMX)
    page = answer.content.decode()
    assert "Upcoming" not in page and "Task done" in page and "Send prices" in page
    only = text(browser, f"/people/{mia.pk}/history", only="task")
    assert "Task done" in only and "Created a task" not in only


def test_a_checklist_is_worked_on_in_its_panel(ann: Actor, browser: Client) -> None:
    task = add_task(ann, TaskInput("Move"))
    for step in ("Boxes", "Van"):
        browser.post(f"/tasks/{task.pk}/steps", {"text": step}, headers=HTMX)
    browser.post(f"/tasks/{task.pk}/steps/1", {"do": "check"}, headers=HTMX)
    page = browser.post(f"/tasks/{task.pk}/steps/2", {"do": "move", "to": "0"}, headers=HTMX).content.decode()
    assert page.find("Van") < page.find("Boxes") and "1/2" in page
    browser.post(f"/tasks/{task.pk}/steps/2", {"do": "remove"}, headers=HTMX)
    assert [step["text"] for step in Task.objects.get().checklist] == ["Boxes"]
    assert browser.post(f"/tasks/{task.pk}/steps/2", {"do": "check"}, headers=HTMX).status_code == 404
    assert browser.post(f"/tasks/{task.pk}/steps", {"text": " "}, headers=HTMX).status_code == 422
    for unknown in ("", "up", "tick"):
        assert browser.post(f"/tasks/{task.pk}/steps/1", {"do": unknown}, headers=HTMX).status_code == 400


def test_home_shows_what_is_due(ann: Actor, browser: Client) -> None:
    assert "Nothing is due today" in text(browser, "/")
    task = add_task(ann, TaskInput("Call", due=Due(TODAY)))
    add_step(ann, task.pk, "First")
    page = text(browser, "/")
    assert f'id="task-{task.pk}"' in page and "0/1" in page


def test_open_tasks_of_a_record_stand_in_the_order_of_their_dates(ann: Actor) -> None:
    mia = house.a_person(ann)
    for title, due in (("Some day", Due()), ("Later", Due(TODAY + DAY)), ("Now", Due(TODAY)), ("Done", Due(TODAY))):
        task = add_task(ann, TaskInput(title, (mia.pk,), due))
    complete_task(ann, task.pk)
    assert [each.title for each in queries.on_record(ann, mia.pk)] == ["Now", "Later", "Some day"]
