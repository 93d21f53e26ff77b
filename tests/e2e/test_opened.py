"""What opens over a page, and the pages of signing in and of one's own account, can be used by everyone: rules of
accessibility, a focus that is always seen, and colours that the system forces.
"""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, expect

from rapport.core.objects import registry, saving
from rapport.workspace.actions.links import INVITATION, RESET, make_link
from tests.e2e.site import Site
from tests.e2e.test_look import _SEEN, COLOURS, PHONE, furnish, violations
from tests.world import PASSWORD

HOUR = timedelta(hours=1)


def looked_at(page: Page, what: str) -> list[str]:
    """What axe finds in the light, and of colours in the dark."""
    found = [f"{what}  {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"{what} in the dark  {line}" for line in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def test_what_opens_over_a_page_keeps_the_rules_of_accessibility(site: Site) -> None:
    furnish(site)
    page, record = site.page, registry.get("person").model.objects.get(first_name="Lea")
    page.emulate_media(reduced_motion="reduce")
    wrong = []

    def peek() -> None:
        page.keyboard.press("j")
        page.keyboard.press("Space")
        expect(page.locator("#peek h2")).to_be_visible()

    def palette() -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type("Lea")
        expect(page.get_by_role("option").first).to_be_visible()

    def keys() -> None:
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()

    def conflict() -> None:
        page.locator("#fact-last_name a").click()
        expect(page.get_by_role("textbox", name="Last name")).to_be_focused()
        saving.update(site.world.actor("bob"), registry.get("person"), record.pk, {"last_name": "Meanwhile"})
        page.get_by_role("textbox", name="Last name").fill("Mine")
        page.keyboard.press("Enter")
        expect(page.locator("#drawer").get_by_role("radio", name="Mine")).to_be_visible()

    def create() -> None:
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.locator("#create-sheet")).to_be_visible()

    opened: list[tuple[str, Callable[[], None]]] = [
        ("/people", peek), ("/people", palette), ("/people", keys), (f"/people/{record.pk}", conflict), ("/", create),
    ]  # fmt: skip
    shown = ""
    for path, open_it in opened:
        if path != shown:
            site.open(path)
        shown = path
        open_it()
        site.settle()
        wrong += looked_at(page, f"{path}, {open_it.__name__}")
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    site.open("/offline")
    wrong += looked_at(page, "/offline")
    assert not wrong, "\n".join(wrong)


def test_the_pages_of_an_account_keep_the_rules_of_accessibility(site: Site, context: BrowserContext) -> None:
    page = site.page
    page.emulate_media(reduced_motion="reduce")
    wrong = []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    site.open("/profile/security/app")
    wrong += looked_at(page, "/confirm")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    site.settle()
    for path in ("/profile/security/app", "/profile/security", "/profile/sessions"):
        site.open(path)
        wrong += looked_at(page, path)
    context.clear_cookies()
    invited = site.world.add("Ina Invited", "member", site.world.alpha)
    tokens = [make_link(invited, purpose, HOUR).address.rpartition("/")[2] for purpose in (INVITATION, RESET)]
    for path in ("/sign-in", *(f"/sign-in/{token}" for token in tokens), "/sign-in/unknown"):
        site.open(path)
        wrong += looked_at(page, path)
        width = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{path} is {width} px wide"] if width > PHONE[0] else []
    assert not wrong, "\n".join(wrong)


def test_the_focus_is_seen_on_daily_pages(site: Site) -> None:
    furnish(site)
    page = site.page
    wrong = []
    for path in ("/", "/tasks", "/tasks?view=board", "/calendar?view=week", "/notifications", "/profile"):
        site.open(path)
        stops = 0
        for _stop in range(60):
            page.keyboard.press("Tab")
            said = page.evaluate(_SEEN)
            if said == "end":
                break
            stops += 1
            wrong += [f"{path}  {said}"] if said else []
        assert stops > 15, path
    assert not wrong, "\n".join(wrong)
