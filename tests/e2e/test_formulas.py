"""Fields that follow from others, and fields that come and go while somebody types."""

from playwright.sync_api import expect

from rapport.core.access.conditions import Term
from rapport.core.definitions import conditions, fields
from rapport.core.objects import registry, saving
from tests.e2e.site import Site, sign_in
from tests.e2e.test_look import COLOURS, SMALL, violations


def test_a_formula_shows_what_comes_out_while_it_is_typed(site: Site) -> None:
    ada, company = site.world.actor("ada"), registry.get("company")
    saving.create(ada, company, {"name": "Hexa", "revenue": "1200 EUR"})
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/settings/fields/company/new?type=formula")
    page.get_by_label("Name", exact=True).fill("Monthly")
    formula = page.get_by_label("Formula", exact=True)
    formula.press_sequentially("revenue / nam")
    expect(page.locator("#formula-outcome mark")).to_have_text("nam")
    formula.fill("")
    page.get_by_text("Fields to use").click()
    page.get_by_role("button", name="Revenue a year").click()
    formula.press_sequentially(" / 12")
    expect(page.locator("#formula-outcome")).to_contain_text("€100.00")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator(".line-list").first).to_contain_text("Monthly")


def test_a_field_comes_and_goes_while_another_is_typed(site: Site) -> None:
    ada, company = site.world.actor("ada"), registry.get("company")
    row = fields.create_field(ada, company, fields.FieldData("Hygiene"))
    conditions.add_term(ada, row.pk, "shown_if", Term("industry", "any", "food"))
    page = site.open("/companies/new")
    page.locator(".fold > summary").click()
    hygiene = page.get_by_label("Hygiene")
    expect(hygiene).to_be_hidden()
    page.get_by_label("Name", exact=True).fill("Bakery")
    page.get_by_label("Industry").select_option("Food")
    expect(hygiene).to_be_visible()
    hygiene.fill("A")
    page.get_by_label("Industry").select_option("Retail")
    expect(hygiene).to_be_hidden()
    page.get_by_role("button", name="Create company").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bakery")


def test_the_editors_are_for_everybody_and_fit_the_smallest_phone(site: Site) -> None:
    ada, company = site.world.actor("ada"), registry.get("company")
    row = fields.create_field(ada, company, fields.FieldData("Hygiene"))
    for kind in ("food", "retail"):
        conditions.add_term(ada, row.pk, "shown_if", Term("industry", "any", kind))
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.page
    wrong = []
    for path in ("/settings/fields/company/new?type=formula", f"/settings/fields/{row.pk}/conditions?effect=locked_if",
                 "/companies/new"):  # fmt: skip
        for size in ({"width": 1440, "height": 900}, {"width": SMALL[0], "height": SMALL[1]}):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            site.open(path)
            if page.locator("[name=expression]").count():
                page.get_by_label("Formula", exact=True).press_sequentially("revenue + 1")
                expect(page.locator("#formula-outcome mark")).to_be_visible()
                for fold in page.locator("details.rules > summary").all():
                    fold.click()
            wrong += [f"{path}  {line}" for line in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{path} is too wide")
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            wrong += [f"{path} in the dark  {line}" for line in violations(page, COLOURS)]
    assert not wrong, "\n".join(wrong)
