"""Duplicates and merging in a browser: by keys, side by side, and back."""

import re

from playwright.sync_api import expect

from rapport.people.duplicates import running
from tests.e2e.site import Site, sign_in


def test_a_pair_is_merged_by_keys_and_undone(site: Site) -> None:
    one = site.person("Mia", "Berg", phone="+49 30 1234567", email="mia@berg.example")
    site.person("Mia", "Bergh", phone="+49 30 1234567", job_title="Head")
    running.search_all("person")
    sign_in(site.page.context, site.address, site.world, "ada")
    page = site.open("/duplicates")
    expect(page.get_by_text("same phone")).to_be_visible()
    page.keyboard.press("m")
    page.wait_for_url("**/people/merge?*")
    expect(page.get_by_role("radio", name="Last name: Mia Bergh")).not_to_be_checked()
    page.get_by_role("radio", name="Last name: Mia Bergh").check()
    page.get_by_role("button", name="Merge 2 records").click()
    page.wait_for_url("**/duplicates/person")
    expect(page.get_by_text("No duplicates")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("same phone")).to_be_visible()
    site.open(f"/people/{one.pk}")
    expect(page.get_by_role("heading", name=re.compile("Mia Berg$"))).to_be_visible()
