"""Everything out and in again, in a browser: the archive is written, fetched, and brought in."""

from pathlib import Path

from playwright.sync_api import expect

from tests import house
from tests.e2e.site import Site
from tests.e2e.test_look import PHONE, violations


def test_everything_goes_out_and_comes_in_again(site: Site, tmp_path: Path) -> None:
    site.person("Lea", "Lind")
    session = site.world.client("ada", is_proven=True).cookies["rapport_session"].value
    site.page.context.add_cookies([{"name": "rapport_session", "value": session, "url": site.address}])
    page = site.open("/exports")
    page.get_by_role("link", name="Everything in one archive").click()
    page.get_by_label("Tables for people to read").select_option("csv")
    page.get_by_role("button", name="Write the archive").click()
    site.settle()
    house.work()
    page = site.open("/exports")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    archive = tmp_path / "all.zip"
    fetched.value.save_as(archive)
    page = site.open("/settings/everything")
    page.get_by_label("Choose an archive, or drop it here").set_input_files(archive)
    page.get_by_role("button", name="Bring it in").click()
    site.settle()
    expect(page.get_by_text("Waiting")).to_be_visible()
    house.work()
    page = site.open("/settings/everything")
    expect(page.get_by_role("row").filter(has_text="People")).to_contain_text("1")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page = site.open("/settings/everything")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
