"""Pages are arranged where they stand: dragged, named, kept for others, and taken back."""

from playwright.sync_api import expect

from tests.e2e.site import Site, sign_in


def test_it_works(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#facts .arranging a").first.click()
    page.get_by_role("button", name="Add a group").click()
    name = page.get_by_label("Name of the group").last
    expect(name).to_be_focused()
    name.fill("Reach")
    grip, group = page.locator("[data-key-of=updated_at] .grip"), page.locator(".arrange fieldset").last
    group.scroll_into_view_if_needed()
    at, to = grip.bounding_box(), group.bounding_box()
    assert at and to
    page.mouse.move(at["x"] + 8, at["y"] + 8)
    page.mouse.down()
    page.mouse.move(to["x"] + 40, to["y"] + to["height"] - 4, steps=5)
    page.mouse.up()
    expect(group.locator("[data-key-of=updated_at]")).to_be_visible()
    page.locator(".arrange .foot").get_by_role("button", name="Save").click()
    heading = page.locator("#facts").get_by_role("heading", name="Reach")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(heading).to_be_hidden()


def test_columns_and_the_form_are_arranged_for_all(site: Site) -> None:
    site.person("Lea", "Lind")
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/people")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Lifecycle", exact=True).uncheck()
    page.get_by_text("Make these the usual columns").click()
    page.get_by_role("button", name="Change for all").click()
    expect(page.get_by_text("The usual columns are changed.")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Lifecycle", exact=True)).to_have_count(0)
    page.get_by_role("link", name="New person").first.click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("link", name="Arrange this form").click()
    drawer.get_by_role("checkbox", name="Birthday").check()
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.locator("#f-birthday")).to_be_visible()
    expect(drawer.locator("details.fold")).not_to_have_attribute("open", "")
