"""Deals in the browser: the board asks, keeps an order, shows what others move; a finished step asks for the next."""

from playwright.sync_api import expect

from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.actions import move_deal
from rapport.sales.deals.models import Deal
from tests.e2e.site import Site


def deals(site: Site, *names: str) -> list[Deal]:
    """Deals of one company, the last on top."""
    actor, company = site.world.actor(site.name), site.company("Hexa Logistics")
    values = {"company": company.pk, "amount": Amount(100_000, "EUR")}
    return [saving.create(actor, registry.get("deal"), {"name": name, **values}) for name in names]


def test_the_board_of_deals_asks_keeps_an_order_and_shows_what_others_move(site: Site) -> None:
    one, two, three = deals(site, "One", "Two", "Three")
    page = site.open("/deals")
    lane = page.locator('[data-lane="qualified"]')
    titles = lane.locator(".tcard .strong")
    expect(titles).to_have_text(["Three", "Two", "One"])
    expect(lane.locator(".sums")).to_contain_text("€3,000")
    page.locator(f"#card-{three.pk} .strong").hover()
    page.mouse.down()
    low = page.locator(f"#card-{one.pk}").bounding_box()
    assert low is not None
    page.mouse.move(low["x"] + 40, low["y"] + low["height"] - 4, steps=6)
    page.mouse.up()
    expect(titles).to_have_text(["Two", "One", "Three"])
    site.settle()
    page.reload()
    expect(titles).to_have_text(["Two", "One", "Three"])
    # lost by keys: asked for the reason, and back where it was when nothing is said
    page.locator(f"#card-{two.pk}").focus()
    for key in ("Space", *["ArrowRight"] * 6, "Space"):
        page.keyboard.press(key)
    expect(page.locator("#drawer-title")).to_have_text("Lost: Two")
    page.locator("#drawer").get_by_role("link", name="Cancel").click()
    expect(lane.locator(f"#card-{two.pk}")).to_be_visible()
    page.locator(f"#card-{two.pk}").get_by_role("link", name="Move “Two” to…").click()
    page.get_by_role("menuitem", name="Lost").click()
    page.locator("#drawer").get_by_label("Lost because of").select_option("price")
    page.locator("#drawer").get_by_role("button", name="Lose", exact=True).click()
    expect(page.locator(f"#card-{two.pk}")).to_have_count(0)
    expect(lane.locator(".sums")).to_contain_text("€2,000")
    move_deal(site.world.actor("bob"), one.pk, "proposal")
    expect(page.locator('[data-lane="proposal"]').locator(f"#card-{one.pk}")).to_be_visible(timeout=4_000)


def test_finishing_the_last_step_asks_for_the_next(site: Site) -> None:
    (deal,) = deals(site, "Fleet")
    add_task(site.world.actor(site.name), TaskInput("Send the offer", (deal.pk,), Due(clock.today("UTC"))))
    page = site.open(f"/deals/{deal.pk}")
    page.get_by_role("checkbox", name="Done: Send the offer").click()
    expect(page.locator("#drawer-title")).to_have_text("What comes next?")
    page.get_by_role("button", name="Call Hexa Logistics tomorrow").click()
    expect(page.locator("#highlights")).to_contain_text("Call Hexa Logistics · tomorrow")
    page.get_by_role("button", name="Move to “Proposal”").click()
    expect(page.locator(".stagebar .now")).to_contain_text("Proposal")
