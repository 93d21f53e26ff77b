"""Data quality in a browser: a finding is mended by keys where it is listed, another one is left."""

from playwright.sync_api import expect

from rapport.core.objects import registry
from rapport.core.quality import running
from tests.e2e.site import Site


def test_findings_are_mended_and_left_by_keys(site: Site) -> None:
    site.person("Ann", "Berg", email="ann@berg.con")
    site.person("Mia", "Berg", email="mia@gmial.com")
    running.check_all(registry.get("person"))
    page = site.open("/quality")
    page.get_by_role("link", name="Invalid e-mail").click()
    page.wait_for_url("**/quality/person/email")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="E-mail")).to_be_focused()
    page.keyboard.type("mia@gmail.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Put right")).to_be_visible()
    expect(page.locator("td:focus")).to_have_text("ann@berg.con")
    page.keyboard.press("l")
    expect(page.get_by_text("Left by")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_text("Left by")).to_have_count(0)
