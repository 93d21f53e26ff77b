"""Everything that has an address works without scripts, too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from rapport.lib.tests.test_file_kinds import png
from tests.e2e.site import Site, sign_in
from tests.world import World


@pytest.fixture
def plain(live_server: LiveServer, world: World, chromium: Browser) -> Iterator[Site]:
    """The workspace in a browser whose scripts are switched off; Ann is signed in."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    sign_in(context, live_server.url, world, "ann")
    yield Site(context.new_page(), live_server.url, world)
    context.close()


def test_a_person_is_made_and_changed(plain: Site) -> None:
    page = plain.open("/people")
    page.locator("header").get_by_role("link", name="New person").click()
    page.get_by_label("First name").fill("Paul")
    page.get_by_label("E-mail", exact=True).fill("paul@hexa")
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_text("The domain ending is missing")).to_be_visible()
    page.get_by_label("E-mail", exact=True).fill("paul@hexa.example")
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paul")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Last name").fill("Girard")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paul Girard")
    page.locator("#fact-job_title a").click()
    page.get_by_label("Job title").fill("Buyer")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#fact-job_title")).to_contain_text("Buyer")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#fact-job_title")).not_to_contain_text("Buyer")


def test_a_filter_is_added(plain: Site) -> None:
    hexa = plain.company("Hexa")
    plain.person("Lea", "Lind", company=hexa.pk)
    plain.person("Cem", "Cole")
    page = plain.open("/people")
    page.get_by_role("link", name="Add a filter").click()
    page.get_by_label("Field", exact=True).select_option("company")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Value").fill("Hexa")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".chip")).to_contain_text("Hexa")


def test_a_note_is_written_and_a_search_made(plain: Site) -> None:
    lea = plain.person("Lea", "Lind")
    plain.person("Cem", "Cole")
    page = plain.open("/people")
    page.get_by_role("searchbox", name="Search people").fill("lind")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page = plain.open(f"/people/{lea.pk}")
    page.get_by_role("textbox", name="Write a note").fill("Wants a demo")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#history")).to_contain_text("Wants a demo")
    page.get_by_role("link", name="Notes", exact=True).click()
    expect(page.locator("#history")).to_contain_text("Wants a demo")


def test_a_photo_is_chosen_replaced_and_taken_back(plain: Site, tmp_path: Path) -> None:
    (tmp_path / "lea.png").write_bytes(png(8, 8))
    (tmp_path / "no.png").write_bytes(b"<svg>")
    lea = plain.person("Lea", "Lind")
    page = plain.open(f"/people/{lea.pk}")
    page.locator("#fact-photo a").click()
    page.get_by_label("Photo").set_input_files(tmp_path / "no.png")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“no.png” is not a PNG")).to_be_visible()
    page.get_by_label("Photo").set_input_files(tmp_path / "lea.png")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#who .av img")).to_have_attribute("src", re.compile("/files/"))
    page.locator("#fact-photo a.pen").click()
    page.get_by_label("Remove lea.png").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#who .av img")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#who .av img")).to_have_count(1)
