"""The board of any object in the browser: cards by pointer, by keys and by menu, taken back by Undo and by refusals."""

from playwright.sync_api import expect

from rapport.core.objects import registry, saving
from rapport.people.models import Company
from tests.e2e.site import Site


def retailers(site: Site, *names: str) -> list[Company]:
    """Companies of one industry."""
    actor, spec = site.world.actor(site.name), registry.get("company")
    return [saving.create(actor, spec, {"name": name, "industry": "retail"}) for name in names]


def test_cards_of_any_object_move_and_come_back(site: Site) -> None:
    one, two, three = retailers(site, "By pointer", "By keys", "By menu")
    page = site.open("/companies?view=board&by=industry")
    lane, home = page.locator('[data-lane="manufacturing"]'), page.locator('[data-lane="retail"]')
    page.locator(f"#card-{one.pk} .strong").hover()
    page.mouse.down()
    box = lane.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120, steps=6)
    page.mouse.up()
    expect(lane.locator(f"#card-{one.pk}")).to_be_visible()
    expect(lane.locator(".n")).to_have_text("1")
    expect(site.toast).to_contain_text("“By pointer” moved to Manufacturing")
    page.locator(f"#card-{two.pk}").focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(lane.locator(f"#card-{two.pk}")).to_be_focused()
    page.locator(f"#card-{three.pk}").get_by_role("link", name="Move “By menu” to…").click()
    page.get_by_role("menuitem", name="Move to “Manufacturing”").click()
    expect(lane.locator(f"#card-{three.pk}")).to_be_visible()
    site.settle()
    assert Company.objects.filter(industry="manufacturing").count() == 3
    page.locator(".toast", has_text="By menu").get_by_role("button", name="Undo").click()
    expect(home.locator(f"#card-{three.pk}")).to_be_visible()


def test_a_card_that_somebody_else_moved_goes_back(site: Site) -> None:
    (shop,) = retailers(site, "Shop")
    page = site.open("/companies?view=board&by=industry")
    saving.update(site.world.actor("bob"), registry.get("company"), shop.pk, {"industry": "food"})
    page.locator(f"#card-{shop.pk}").focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(site.toast).to_contain_text("moved it to “Food” meanwhile")
    expect(page.locator('[data-lane="retail"]').locator(f"#card-{shop.pk}")).to_be_visible()
