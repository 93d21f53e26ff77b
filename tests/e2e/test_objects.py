"""A bakery makes an object of its own, brings a file of them, and shares the board of it."""

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.site import Site, sign_in
from tests.e2e.test_first_hour import photograph
from tests.e2e.test_import import work

OVENS = """Name;State;Allergens;Bakery
Big Bertha;Broken;Gluten, Nuts;Sweet Crust
Little Lu;Working;Gluten;Sweet Crust
Stone Sam;Working;;Sweet Crust
"""


def add_field(page: Page, kind: str, label: str, options: str = "") -> None:
    """A field of the object whose fields are on the screen."""
    page.locator("header").get_by_role("link", name="Add a field").click()
    page.get_by_role("link", name=kind).click()
    page.get_by_label("Name", exact=True).fill(label)
    if options:
        page.get_by_label("Options").fill(options)
    else:
        page.get_by_label("Leads to").select_option("Companies")
        page.get_by_label("Name on the other side").first.fill("Ovens")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator(".own-fields")).to_contain_text(label)


def test_a_bakery_has_ovens(site: Site) -> None:
    """Object, fields, file, board, view for everybody: and a colleague opens it."""
    bakery = site.company("Sweet Crust")
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/objects")
    page.locator("header").get_by_role("link", name="Add an object").click()
    page.get_by_label("Name of several", exact=True).fill("Ovens")
    page.get_by_label("Name of one", exact=True).fill("Oven")
    page.get_by_title("Flame").click()
    photograph(page, "own-object")
    page.get_by_role("button", name="Add the object").click()
    page.wait_for_url("**/settings/fields/c_ovens")
    add_field(page, "Choice Exactly one", "State", "Working\nBroken")
    add_field(page, "Several choices", "Allergens", "Gluten\nNuts\nMilk")
    add_field(page, "Link to a record", "Bakery")
    photograph(page, "own-fields")

    page = site.open("/import?kind=c_ovens")
    file: FilePayload = {"name": "ovens.csv", "mimeType": "text/csv", "buffer": OVENS.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    site.settle()
    page.get_by_role("button", name="Start import").first.click()
    site.settle()
    work()
    expect(page.get_by_text("All rows were read: 3.")).to_be_visible()

    page = site.open("/ovens?show=board&by=c_state")
    broken = page.locator("[data-lane=broken]")
    expect(broken).to_contain_text("Big Bertha")
    expect(page.locator("[data-lane=working] [data-card]")).to_have_count(2)
    page.get_by_role("button", name="Save view").first.click()
    page.locator("#save-view").get_by_label("Name").fill("How they are")
    page.locator("#save-view").get_by_label("Who has it").select_option("Everybody")
    page.locator("#save-view").get_by_role("button", name="Save view").click()
    site.settle()
    photograph(page, "own-board")
    expect(site.open(f"/companies/{bakery.pk}").locator("#panel-linked-c_ovens-c_bakery")).to_contain_text("Little Lu")

    sign_in(site.page.context, site.address, site.world, "ann")
    page = site.open("/ovens")
    page.get_by_role("link", name="How they are").click()
    site.settle()
    expect(broken.locator(".figures"), "nobody sees more by a view").to_have_text("0")
    site.open("/ovens/new").get_by_label("Name", exact=True).fill("Ann’s own")
    page.get_by_label("State").select_option("Broken")
    page.get_by_role("button", name="Create oven").click()
    expect(page.locator("#fact-c_state")).to_contain_text("Broken")
