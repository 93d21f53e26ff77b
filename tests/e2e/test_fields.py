"""An administrator gives companies a field of their own, and everybody works with it at once."""

from playwright.sync_api import expect

from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.objects import registry
from tests.e2e.site import Site, sign_in


def test_it_works(site: Site) -> None:
    """Four presses and two texts: the field is in the form and in the list."""
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/fields/company")
    page.locator("header").get_by_role("link", name="Add a field").click()
    page.get_by_role("link", name="Several choices").click()
    page.get_by_label("Name", exact=True).fill("Allergens")
    page.get_by_label("Options").fill("Nuts\nMilk")
    page.get_by_role("button", name="Add the field").click()
    expect(page.get_by_role("link", name="Allergens")).to_be_visible()
    page = site.open("/companies/new")
    page.get_by_label("Name", exact=True).fill("Bakery")
    page.get_by_text("All fields").click()
    page.get_by_label("Milk").check()
    page.get_by_role("button", name="Create company").click()
    expect(page.locator("#fact-c_allergens")).to_contain_text("Milk")


def test_fields_are_dragged_into_another_order(site: Site) -> None:
    ada, company = site.world.actor("ada"), registry.get("company")
    for label in ("Alpha", "Beta", "Gamma"):
        create_field(ada, company, FieldData(label))
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/fields/company")
    first, last = (page.locator(".line-list .grip").nth(place).bounding_box() for place in (0, 2))
    assert first and last
    page.mouse.move(last["x"] + 8, last["y"] + 10)
    page.mouse.down()
    page.mouse.move(first["x"] + 8, first["y"] + 2, steps=5)
    page.mouse.up()
    names = page.locator(".own-fields .name")
    expect(names.first).to_have_text("Gamma")
    site.settle()
    site.open("/settings/fields/company")
    expect(names).to_have_text(["Gamma", "Alpha", "Beta"])
    page.get_by_role("button", name="Move Beta up").click()
    expect(names).to_have_text(["Gamma", "Beta", "Alpha"])
