"""A bakery gives its ovens an object of their own, and sees at once which of them work."""

from playwright.sync_api import expect

from tests.e2e.site import Site, sign_in


def test_it_works(site: Site) -> None:
    """An object, a choice, a record: the board shows it."""
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/objects")
    page.locator("header").get_by_role("link", name="Add an object").click()
    page.get_by_label("Name of several", exact=True).fill("Ovens")
    page.get_by_label("Name of one", exact=True).fill("Oven")
    page.get_by_title("Flame").click()
    page.get_by_role("button", name="Add the object").click()
    page.wait_for_url("**/settings/fields/c_ovens")
    page.locator("header").get_by_role("link", name="Add a field").click()
    page.locator('.field-types a[href*="type=choice&"], .field-types a[href$="type=choice"]').first.click()
    page.get_by_label("Name", exact=True).fill("State")
    page.get_by_label("Options").fill("Working\nBroken")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator(".own-fields")).to_contain_text("State")
    page = site.open("/ovens/new")
    page.get_by_label("Name", exact=True).fill("Big Bertha")
    page.get_by_label("State").select_option("Broken")
    page.get_by_role("button", name="Create oven").click()
    expect(page.locator("#fact-c_state")).to_contain_text("Broken")
    page = site.open("/ovens?show=board&by=c_state")
    expect(page.get_by_role("link", name="Big Bertha", exact=True)).to_be_visible()
