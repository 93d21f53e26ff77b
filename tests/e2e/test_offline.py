"""What is written without a net is kept, shown, and sent when the net is back: never lost, and never twice."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from rapport.activities.models import Note
from rapport.core.events.models import Act
from rapport.people.models import Person
from tests.e2e.site import Site, sign_in

KEPT = "Your text is kept on this device"


def write_note(page: Page, text: str) -> None:
    """Write a note on the record that is open, and send it."""
    page.locator("#compose-note textarea").fill(text)
    page.get_by_role("button", name="Save note").click()


def kept_in_browser(page: Page) -> str:
    """All that the browser keeps for this site, as text."""
    return page.evaluate(
        """async () => {
          const rows = await new Promise((done) => {
            const asked = indexedDB.open("rapport");
            asked.onsuccess = () => {
              const all = asked.result.transaction("waiting").objectStore("waiting").getAll();
              all.onsuccess = () => done(all.result);
            };
          });
          const latin = new TextDecoder("latin1");
          const plain = (value) => {
            if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return latin.decode(value);
            return value && typeof value === "object" ? Object.values(value).map(plain).join(" ") : String(value);
          };
          const cached = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) cached.push(request.url);
          return [document.cookie, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),
                  ...rows.map(plain), ...cached].join("\\n");
        }"""
    )


@pytest.fixture
def record(site: Site) -> Page:
    """The page of Lea, open and ready to be without a net."""
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.wait_for_function("() => document.cookie.includes('outbox=') && navigator.serviceWorker.controller")
    return page


def test_notes_wait_for_the_net_and_come_in_order(site: Site, record: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    for text in ("First secret", "Second secret"):
        write_note(record, text)
        expect(record.locator("#compose-note textarea")).to_have_value("")
    expect(site.toast).to_contain_text(KEPT)
    chip = record.locator(".waiting")
    expect(chip).to_contain_text("2 waiting")
    assert "secret" not in kept_in_browser(record)
    chip.click()
    expect(record.locator("#outbox li")).to_have_count(2)
    expect(record.locator("#outbox li").first).to_contain_text("First secret")
    record.keyboard.press("Escape")
    context.set_offline(False)
    expect(chip).to_be_hidden()
    assert [note.body for note in Note.objects.order_by("pk")] == ["First secret", "Second secret"]
    expect(record.locator("#history")).to_contain_text("Second secret")


def test_an_answer_lost_after_the_save_doubles_nothing(site: Site, record: Page, context: BrowserContext) -> None:
    lost = []
    is_back = False

    def lose(route: Route) -> None:
        if is_back:
            return route.continue_()
        if not lost:
            lost.append(route.fetch())  # the server has saved it
        return route.abort("connectionreset")

    context.route("**/activities/*/note", lose)
    write_note(record, "Said once")
    expect(record.locator(".waiting")).to_contain_text("1 waiting")
    other = context.new_page()
    other.goto(record.url)  # a second tab finds it too, and both send
    is_back = True
    record.evaluate("dispatchEvent(new Event('online'))")
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(record.locator(".waiting")).to_be_hidden()
    expect(other.locator(".waiting")).to_be_hidden()
    assert Note.objects.count() == 1


def test_what_the_server_refuses_stays_to_be_mended(site: Site, record: Page, context: BrowserContext) -> None:
    page = site.new_person()
    context.set_offline(True)
    page.get_by_label("First name").fill("Mia")
    page.get_by_label("E-mail", exact=True).fill("mia at example")
    page.locator("#drawer").get_by_role("button", name="Create person").click()
    expect(page.locator(".waiting")).to_contain_text("1 waiting")
    context.set_offline(False)
    expect(page.locator(".waiting")).to_contain_text("Not taken")
    page.locator(".waiting").click()
    expect(page.locator("#outbox .err")).to_be_visible()
    page.locator("#outbox").get_by_role("button", name="Edit").click()
    page.locator("#outbox").get_by_label("E-mail", exact=True).fill("mia@example.com")
    page.locator("#outbox").get_by_role("button", name="Done").click()
    expect(page.locator(".waiting")).to_be_hidden()
    assert Person.objects.filter(first_name="Mia").count() == 1


def test_signed_out_meanwhile_it_is_sent_by_nobody_else(site: Site, record: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    write_note(record, "By Ann")
    expect(record.locator(".waiting")).to_contain_text("1 waiting")
    sign_in(context, site.address, site.world, "ada")
    context.set_offline(False)
    expect(record.locator(".waiting")).to_contain_text("Sign in to send")
    ada = context.new_page()
    ada.goto(f"{site.address}/people")
    ada.wait_for_timeout(500)
    assert not ada.locator(".waiting").is_visible()
    assert not Note.objects.exists()
    ada.close()
    sign_in(context, site.address, site.world, "ann")
    record.evaluate("dispatchEvent(new Event('focus'))")
    expect(record.locator(".waiting")).to_be_hidden()
    assert Note.objects.count() == 1
    assert Act.objects.filter(kind="note.create").latest("pk").user_id == site.world.ann.pk


def test_a_page_without_a_net_takes_a_new_person(site: Site, record: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{site.address}/companies")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert "Lind" not in page.content()
    page.locator("summary", has_text="New person").click()
    page.get_by_label("First name").fill("Tove")
    page.locator("form[data-outbox=person]").get_by_role("button").click()
    expect(page.locator(".waiting")).to_contain_text("1 waiting")
    assert "Tove" not in kept_in_browser(page)
    context.set_offline(False)
    expect(page.get_by_role("heading", name="Companies", exact=True)).to_be_visible(timeout=15_000)
    assert Person.objects.filter(first_name="Tove").count() == 1
