"""On a phone everything is large enough for a finger; from right to left nothing runs out of the page; and a session
that ends in the middle of a form takes no text with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from rapport.activities.models import Note
from tests.e2e.site import Site, sign_in
from tests.world import World

# What is smaller than WCAG 2.2 asks for; what stands in a sentence is let off there, too.
_SMALL = """(least) => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true })
    && !e.closest("p, .sub, .skip, .sr, [hidden], .quote, .words"))
  .map((e) => [e, (e.matches(".check, .switch, .radio") ? e.closest("label, td") ?? e : e).getBoundingClientRect()])
  .filter(([e, box]) => box.width > 1 && (box.width < least - 0.5 || box.height < least - 0.5))
  .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 110)}`)"""
_MAIN = """() => [".tabbar a", ".tabbar button", ".head .btn", ".sheet .mini", ".nav-a", ".btn.primary"]
  .flatMap((which) => [...document.querySelectorAll(which)])
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".sm"))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width > 1 && (box.width < 43.5 || box.height < 43.5))
  .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 110)}`)"""


@pytest.fixture
def phone(live_server: object, world: World, chromium: Browser) -> Iterator[Site]:
    """Ann's phone."""
    address = live_server.url  # type: ignore[attr-defined]
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(context, address, world, "ann")
    yield Site(context.new_page(), address, world)
    context.close()


def test_everything_is_large_enough_for_a_finger(phone: Site) -> None:
    lea = phone.person("Lea", "Lind", email="lea@example.com", tags="VIP", company=phone.company("Hexa").pk)
    small = []
    for path in ("/", "/people", "/people?lifecycle=lead", f"/people/{lea.pk}", "/people/new", "/profile"):
        phone.open(path)
        small += [f"{path} {line}" for line in phone.page.evaluate(_SMALL, 24)]
        small += [f"{path} main: {line}" for line in phone.page.evaluate(_MAIN)]
    phone.open("/people").locator("[data-dialog=create-sheet]").tap()
    small += phone.page.evaluate(_MAIN)
    assert not small, "\n".join(small)


def test_a_note_is_written_from_anywhere(phone: Site) -> None:
    lea = phone.person("Lea", "Lind")
    page = phone.open(f"/people/{lea.pk}")
    page = phone.open("/companies")
    page.locator("[data-dialog=create-sheet]").tap()
    page.locator("[data-compose=note]").tap()
    page.locator("#palette [role=option]", has_text="Lea Lind").tap()
    expect(page.locator("#compose-note textarea").first).to_be_focused()


_WIDE = """() => {
  document.documentElement.dir = "rtl";
  return Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth) - innerWidth;
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_from_right_to_left_nothing_runs_out_of_the_page(site: Site, width: int) -> None:
    lea = site.person("Lea", "Lind", email="lea@example.com")
    site.page.set_viewport_size({"width": width, "height": 844})
    for path in ("/", "/people", f"/people/{lea.pk}", "/people/new", "/profile"):
        assert site.open(path).evaluate(_WIDE) <= 0, path


def write(page: Page, text: str) -> None:
    """Write a note and send it."""
    page.locator("#compose-note textarea").fill(text)
    page.get_by_role("button", name="Save note").click()


def test_a_text_outlives_its_session(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.context.clear_cookies(name="rapport_session")
    write(page, "Long thought")
    asked = page.get_by_role("dialog", name="Sign in again")
    expect(asked).to_be_visible()
    sign_in(page.context, site.address, site.world, "ada")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(asked.get_by_text("Somebody else")).to_be_visible()
    expect(page.locator("#compose-note textarea")).to_have_value("Long thought")
    assert not Note.objects.exists()
    sign_in(page.context, site.address, site.world, "ann")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(asked).to_be_hidden()
    expect(page.locator("#history")).to_contain_text("Long thought")
    assert Note.objects.count() == 1
