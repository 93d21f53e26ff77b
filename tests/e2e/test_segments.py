"""All that a list shows go into a new segment; it is opened, and one undo takes them out again."""

from playwright.sync_api import expect

from tests.e2e.site import Site


def test_it_works(site: Site) -> None:
    site.crowd(60)
    page = site.open("/people")
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Segment…").click()
    page.get_by_role("combobox", name="Segment").fill("Christmas mailing")
    page.get_by_role("option", name="Create “Christmas mailing”").click()
    page.get_by_role("button", name="Add to segment").click()
    expect(site.toast).to_contain_text("60 records were added to the segment")
    site.open("/segments")
    expect(page.locator("tbody tr", has_text="Christmas mailing")).to_contain_text("60")
    page.locator("tbody").get_by_role("link", name="Christmas mailing").first.click()
    page.get_by_role("link", name="Open as a list").click()
    expect(page.locator("#count-head")).to_contain_text("60")
    site.open("/acts")
    page.locator(".acts li").filter(has_text="added to a segment").get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    site.settle()
    site.open("/segments")
    expect(page.locator("tbody tr", has_text="Christmas mailing").locator("td").nth(3)).to_have_text("0")
