"""Notices in a browser: the bell, its panel, the star, the way through all of it by keys."""

import pytest
from playwright.sync_api import Page, expect

from rapport.activities.actions import NoteInput, add_note
from rapport.core.notices.following import followers
from rapport.core.notices.models import Notice
from tests.e2e.site import Site


@pytest.fixture
def told(site: Site) -> Page:
    """Bob has mentioned Ann on two people, and made her the owner of none."""
    for name in ("Lind", "Moreau"):
        person = site.person("Lea", name)
        add_note(site.world.actor("bob"), NoteInput("Ask @Ann Archer about it", (person.pk,)))
    return site.open("/people")


def test_it_works(told: Page, site: Site) -> None:
    bell = told.locator("#bell")
    expect(bell.locator(".n")).to_have_text("2")
    bell.click()
    panel = told.locator("#bell-panel")
    expect(panel.get_by_role("button", name="Lea Moreau")).to_contain_text("Bob Baker mentioned you")
    panel.get_by_role("button", name="Lea Moreau").click()
    expect(told.get_by_role("heading", level=1)).to_have_text("Lea Moreau")
    expect(told.locator("#bell .n")).to_have_text("1")


def test_all_is_read_and_taken_back_by_keys(told: Page, site: Site) -> None:
    told.keyboard.press("g")
    told.keyboard.press("n")
    panel = told.locator("#bell-panel")
    panel.get_by_role("button", name="Mark all as read").click()
    expect(told.locator("#bell .n")).to_have_count(0)
    assert not Notice.objects.filter(read_at=None).exists()
    site.settle()
    told.keyboard.press("Escape")
    told.keyboard.press("z")
    expect(told.get_by_role("heading", level=1)).to_have_text("Notifications")
    expect(told.locator("#bell .n")).to_have_text("2")


def test_the_star_turns_at_once(site: Site) -> None:
    person = site.person("Lea", "Lind")
    page = site.open(f"/people/{person.pk}")
    star = page.get_by_role("button", name="Follow")
    expect(star).to_have_attribute("aria-pressed", "true")  # she made it
    page.keyboard.press("w")
    expect(star).to_have_attribute("aria-pressed", "false")
    site.settle()
    assert not followers(site.world.actor("ann"), person.pk).mine
