"""A list as a calendar in the browser: cards by pointer, by keys and by menu, taken back by Undo."""

import datetime

from playwright.sync_api import expect

from rapport.core.objects import registry, saving
from rapport.people.models import Person
from tests.e2e.site import Site


def test_cards_move_to_another_day_and_come_back(site: Site) -> None:
    actor, spec = site.world.actor(site.name), registry.get("person")
    one, two, three = (
        saving.create(actor, spec, {"first_name": name, "birthday": "1990-11-11"}) for name in ("Ida", "Kit", "Mo")
    )
    page = site.open("/people?show=calendar&by=birthday&on=2026-11-11")
    home, below = page.locator('[data-lane="2026-11-11"]'), page.locator('[data-lane="2026-11-18"]')
    expect(home.locator(".tcard")).to_have_count(3)
    page.locator(f"#card-{one.pk} .strong").hover()
    page.mouse.down()
    box = below.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50, steps=6)
    page.mouse.up()
    expect(below.locator(f"#card-{one.pk}")).to_be_visible()
    expect(site.toast).to_contain_text("“Ida” moved to Wednesday, 18 November 2026")
    page.locator(f"#card-{two.pk}").focus()
    for key in ("Space", "ArrowDown", "ArrowLeft", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(below.locator(f"#card-{two.pk}")).to_be_focused()
    page.locator(f"#card-{three.pk}").get_by_role("link", name="Move “Mo” to…").click()
    page.get_by_role("menuitem", name="One day later").click()
    expect(page.locator('[data-lane="2026-11-12"]').locator(f"#card-{three.pk}")).to_be_visible()
    site.settle()
    days = {person.first_name: person.birthday for person in Person.objects.all()}
    assert days == {"Ida": datetime.date(1990, 11, 18), "Kit": datetime.date(1990, 11, 18),
                    "Mo": datetime.date(1990, 11, 12)}  # fmt: skip
    page.locator(".toast", has_text="“Mo”").get_by_role("button", name="Undo").click()
    expect(home.locator(f"#card-{three.pk}")).to_be_visible()
