"""Products on a deal in the browser: found by SKU, changed where they stand, the price follows the quantity."""

from decimal import Decimal

from playwright.sync_api import expect

from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from tests.e2e.site import Site


def test_lines_are_added_by_the_keyboard_and_priced_by_their_quantity(site: Site) -> None:
    ann, hexa = site.world.actor("ann"), site.company("Hexa")
    sensor = saving.create(
        ann, registry.get("product"), {"name": "Sensor", "sku": "SE-1", "price": Amount(10000, "EUR")}
    )
    prices = saving.create(ann, registry.get("price_list"), {"name": "Wholesale", "companies": [hexa.pk]})
    given = {"price_list": prices.pk, "product": sensor.pk, "amount": Amount(8000, "EUR"), "from_quantity": Decimal(10)}
    saving.create(ann, registry.get("price"), given)
    deal = saving.create(ann, registry.get("deal"), {"name": "Fleet", "company": hexa.pk})
    page = site.open(f"/deals/{deal.pk}/lines")
    page.get_by_label("Add a product, or type anything").fill("SE-1")
    expect(page.get_by_role("option", name="Sensor")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Quantity", exact=True).press("Enter")
    expect(page.get_by_text("Price of the product")).to_be_visible()
    expect(page.get_by_label("Add a product, or type anything")).to_be_focused()
    quantity = page.get_by_label("Quantity of Sensor")
    quantity.fill("12")
    quantity.press("Tab")
    expect(page.get_by_text("Price list Wholesale, from 10")).to_be_visible()
    expect(page.get_by_label("Price of Sensor")).to_have_value("80.00")
    page.get_by_role("link", name="Done").click()
    expect(page.locator("#panel-lines")).to_contain_text("€960.00")
    expect(page.locator("#fact-amount")).to_contain_text("€960.00")
