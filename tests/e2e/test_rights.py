"""Rights as people meet them: who sees a record, looking on as somebody else, and a staff session."""

from playwright.sync_api import expect

from rapport.workspace import staff
from tests.e2e.site import Site
from tests.e2e.test_look import PHONE, violations


def _as_ada(site: Site) -> None:
    """An administrator sits here, who was asked “Is it you?” just now."""
    session = site.world.client("ada", is_proven=True).cookies["rapport_session"].value
    site.page.context.add_cookies([{"name": "rapport_session", "value": session, "url": site.address}])


def test_who_sees_a_record_and_seeing_with_their_eyes(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    _as_ada(site)
    page = site.open(f"/people/{lea.pk}")
    page.get_by_role("button", name="More actions").first.click()
    page.get_by_role("menuitem", name="Who sees this").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("listitem").filter(has_text="Ann Archer")).to_contain_text("owns it")
    expect(drawer.get_by_role("listitem").filter(has_text="Eve Ellis")).to_contain_text("no rule reaches it")
    site.open(f"/settings/users/{site.world.eve.pk}")
    page.get_by_role("button", name="View as Eve Ellis").click()
    site.settle()
    expect(page.get_by_role("region", name="View as")).to_contain_text("Eve Ellis")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    site.open("/people")
    assert violations(page) == []
    expect(page.locator("body")).not_to_contain_text("Lea Lind")
    page.get_by_role("button", name="Stop").click()
    site.settle()
    assert page.url.endswith("/settings/users")


def test_a_staff_session_is_opened_with_a_reason_and_ended(site: Site) -> None:
    staff.change_works_as(site.world.actor("ada"), site.world.roles["manager"].pk)
    _as_ada(site)
    page = site.open("/people")
    page.get_by_role("button", name="Ada Adler").click()
    page.get_by_role("menuitem", name="Open staff session").click()
    site.settle()
    assert violations(page) == []
    page.get_by_label("What do you need it for?").fill("A new colleague")
    page.get_by_role("button", name="Open staff session").click()
    site.settle()
    site.open("/settings/users")
    expect(page.get_by_role("region", name="Staff session")).to_contain_text("you have all rights")
    assert violations(page) == []
    page.get_by_role("button", name="End it").click()
    site.settle()
    expect(page.get_by_role("region", name="Staff session")).to_have_count(0)
