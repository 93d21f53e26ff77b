"""Tasks in the browser: ticked before the server has answered, back where they were when it says no; the board by
pointer and by keys; a task and a follow-up without leaving the record.
"""

from playwright.sync_api import Route, expect

from rapport.activities.models import Task
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.lib import clock
from tests.e2e.site import Site


def due_today(site: Site, *titles: str) -> list[Task]:
    """Tasks of who is signed in, due today."""
    actor = site.world.actor(site.name)
    return [add_task(actor, TaskInput(title, due=Due(clock.today("UTC")))) for title in titles]


def test_a_task_looks_done_at_once_and_open_again_where_the_server_refuses(site: Site) -> None:
    (task,) = due_today(site, "Send prices")
    page = site.open("/tasks")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/done", hold)
    line, box = page.locator(f"#task-{task.pk}"), page.get_by_role("checkbox", name="Done: Send prices")
    struck = "text-decoration-line"
    box.click()
    expect(line.locator(".strong")).to_have_css(struck, "line-through")
    waiting[0].abort()
    expect(line.locator(".strong")).to_have_css(struck, "none")
    expect(site.toast).to_be_visible()
    page.unroute("**/done")
    box.click()
    expect(box).to_be_checked()
    expect(page.get_by_text("Task done.")).to_be_visible()
    task.refresh_from_db()
    assert task.status == "done"


def test_cards_move_by_pointer_by_keys_and_by_their_menu(site: Site) -> None:
    one, two, three = due_today(site, "By pointer", "By keys", "By menu")
    page = site.open("/tasks?view=board")
    lane = page.locator('[data-lane="doing"]')
    page.locator(f"#card-{one.pk}").hover()
    page.mouse.down()
    box = lane.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120, steps=6)
    page.mouse.up()
    expect(lane.locator(f"#card-{one.pk}")).to_be_visible()
    page.locator(f"#card-{two.pk}").focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(lane.locator(f"#card-{two.pk}")).to_be_focused()
    page.locator(f"#card-{three.pk}").focus()
    for key in ("Space", "ArrowRight", "Tab"):  # left without being dropped, it goes back
        page.keyboard.press(key)
    expect(lane.locator(f"#card-{three.pk}")).to_have_count(0)
    page.locator(f"#card-{three.pk}").get_by_role("button", name="Move “By menu” to…").click()
    page.get_by_role("menuitem", name="Move to “Doing”").click()
    expect(lane.locator(f"#card-{three.pk}")).to_be_visible()
    site.settle()
    assert Task.objects.filter(status="doing").count() == 3


def test_a_task_and_a_follow_up_are_made_on_the_record(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.keyboard.press("t")
    page.get_by_role("textbox", name="What to do").fill("Send prices")
    expect(page.get_by_role("combobox", name="Who does it").locator("option")).to_have_count(6)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("checkbox", name="Done: Send prices")).to_be_visible()
    page.get_by_role("tab", name="Note").click()
    page.get_by_role("textbox", name="Write a note").fill("Likes tea")
    page.keyboard.press("Control+Enter")
    page.get_by_role("form", name="Follow up").get_by_role("button", name="Next week").click()
    expect(page.get_by_role("checkbox", name="Done: Follow up with Lea Lind")).to_be_visible()
    expect(page.locator("#follow-up form")).to_have_count(0)
    page.get_by_role("checkbox", name="Done: Send prices").click()
    expect(page.locator("#history")).to_contain_text("Task done")


def test_a_line_says_what_it_understands_while_it_is_typed(site: Site) -> None:
    page = site.open("/tasks?show=coming")
    line = page.get_by_role("textbox", name="Add a task")
    line.press_sequentially("Call Anna tomorrow 3pm !high")
    expect(page.locator("#understood")).to_contain_text("Tomorrow")
    expect(page.locator("#understood")).to_contain_text("15:00")
    line.press("Enter")
    expect(page.get_by_role("link", name="Call Anna")).to_be_visible()
    expect(page.get_by_role("textbox", name="Add a task")).to_have_value("")
