"""An administrator links people to companies; on the company's page somebody lets people lead there, and away."""

from playwright.sync_api import expect

from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.objects import registry
from tests.e2e.site import Site, sign_in


def test_it_works(site: Site) -> None:
    hexa = site.company("Hexa")
    site.person("Mia", "Berg")
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/fields/person/new?type=labelled_links")
    page.get_by_label("Name", exact=True).fill("Works with")
    page.get_by_label("Labels to choose from").fill("Consultant\nSupplier")
    page.get_by_label("Leads to").select_option("Companies")
    page.get_by_label("Name on the other side", exact=False).first.fill("Our people")
    page.get_by_role("button", name="Add the field").click()
    expect(page.get_by_role("link", name="Works with")).to_be_visible()
    page = site.open(f"/companies/{hexa.pk}")
    panel = page.locator("#panel-linked-person-c_works_with")
    expect(panel).to_contain_text("Our people")
    panel.get_by_role("button", name="Add to “Our people”").click()
    panel.get_by_role("menuitem", name="Choose one that is there").click()
    page.get_by_role("combobox", name="Person").fill("Mia")
    page.get_by_role("option", name="Mia Berg").click()
    page.get_by_label("Label", exact=True).select_option("Supplier")
    page.get_by_role("button", name="Link it").click()
    expect(panel).to_contain_text("Mia Berg")
    expect(panel).to_contain_text("Supplier")
    panel.hover()
    panel.get_by_role("button", name="Unlink Mia Berg").click()
    expect(panel).to_contain_text("None yet")
    page.locator(".toast", has_text="does not lead here").get_by_role("button", name="Undo").click()
    expect(panel).to_contain_text("Mia Berg")


def test_a_label_stands_beside_what_is_chosen(site: Site) -> None:
    options, settings = [{"label": "Consultant"}], {"to": "company"}
    create_field(
        site.world.actor("ada"), registry.get("person"),
        FieldData("Works with", "labelled_links", settings=settings, options=options),
    )  # fmt: skip
    site.company("Hexa")
    mia = site.person("Mia", "Berg")
    page = site.open(f"/people/{mia.pk}")
    page.locator("#fact-c_works_with .edit").first.click()
    page.get_by_role("combobox", name="Works with").fill("Hex")
    page.get_by_role("option", name="Hexa").click()
    page.get_by_role("combobox", name="Label of the link: Hexa").select_option("Consultant")
    page.locator(".fact").get_by_role("button", name="Save").click()
    expect(page.locator("#fact-c_works_with")).to_contain_text("Hexa Consultant")
