"""A working day without a mouse, by the names that a screen reader says."""

import re

from playwright.sync_api import expect

from rapport.activities.models import Task
from tests.e2e.site import Site


def test_a_day_by_keyboard_and_by_names_alone(site: Site) -> None:
    lea = site.person("Lea", "Lind", lifecycle="lead", owner=site.world.ann.pk)
    site.person("Cem", "Cole", lifecycle="lead", owner=site.world.ann.pk)
    site.person("Ida", "Ives", lifecycle="customer", owner=site.world.ann.pk)
    page = site.open("/people")
    keys = page.keyboard

    keys.press("Control+k")
    keys.type("Lea Lind")  # at once: nothing is lost, and no letter is a shortcut
    expect(page.get_by_role("combobox", name="Search")).to_have_value("Lea Lind")
    expect(page.get_by_role("option", name=re.compile("Lea Lind")).first).to_be_visible()
    keys.press("Enter")
    page.wait_for_url(f"**/people/{lea.pk}*")
    site.settle()

    fact = page.get_by_role("link", name=re.compile("^Edit Job title"))
    fact.focus()
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Job title")).to_be_focused()
    keys.type("Buyer")
    keys.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Edit Job title.*Buyer"))).to_be_visible()
    site.settle()

    page.get_by_role("main").focus()
    keys.press("n")
    note = page.get_by_role("textbox", name="Write a note")
    expect(note).to_be_focused()
    keys.type("Ask @B")
    expect(page.get_by_role("option").first).to_be_visible()
    keys.press("Enter")
    expect(note).to_have_value(re.compile("Ask @Bob"))
    keys.press("Control+Enter")
    expect(page.get_by_role("article").filter(has_text="Ask @Bob Baker").first).to_be_visible()
    keys.press("Escape")

    keys.press("t")
    expect(page.get_by_role("textbox", name="What to do")).to_be_focused()
    keys.type("Send prices")
    keys.press("Control+Enter")
    done = page.get_by_role("checkbox", name="Done: Send prices")
    expect(done).to_be_visible()
    site.settle()
    done.focus()
    keys.press("Space")
    expect(page.get_by_role("status").get_by_text("Task done.")).to_be_visible()
    assert Task.objects.get().status == "done"

    site.open("/people")
    page.get_by_role("button", name="Filter", exact=True).focus()
    keys.press("Enter")
    field = page.get_by_label("Field", exact=True)
    expect(field).to_be_visible()
    field.select_option(label="Lifecycle")
    lead = page.get_by_role("checkbox", name="Lead")
    expect(lead).to_be_visible()
    lead.focus()
    keys.press("Space")
    page.get_by_role("button", name="Add filter").focus()
    keys.press("Enter")
    page.wait_for_url("**/people?lifecycle=lead")
    expect(page.get_by_role("link", name="Ida Ives")).to_have_count(0)
    site.settle()

    for key in ("j", "x", "j", "x"):
        keys.press(key)
    expect(page.get_by_text("2 selected")).to_be_visible()
    tag = page.get_by_role("textbox", name="Tag")
    tag.focus()
    keys.type("Fair")
    page.get_by_role("button", name="Tag", exact=True).focus()
    keys.press("Enter")
    tagged = page.get_by_role("row").filter(has_text="Fair")
    expect(tagged).to_have_count(2)
    site.settle()
    keys.press("z")
    expect(tagged).to_have_count(0)
