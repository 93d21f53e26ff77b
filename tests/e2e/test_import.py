"""Bringing a file: chosen, looked at, tried, imported, mended; with scripts and without."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from rapport.core.jobs import worker
from rapport.people.models import Person
from tests.e2e.site import Site, sign_in
from tests.move import write_messy
from tests.world import World

PEOPLE = "Vorname;Nachname;E-Mail;Geburtstag;Sprache\nAnn;Berg;ann@x.example;03/04/1980;Deutsh\nBo;Bad;nonsense;;\n"


@pytest.fixture
def plain(live_server: LiveServer, world: World, chromium: Browser) -> Iterator[Site]:
    """The workspace in a browser whose scripts are switched off; Ann is signed in."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    sign_in(context, live_server.url, world, "ann")
    yield Site(context.new_page(), live_server.url, world)
    context.close()


def people(text: str = PEOPLE) -> FilePayload:
    return {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}


def work() -> None:
    worker.work(threading.Event(), once=True)


def test_it_works(site: Site) -> None:
    page = site.open("/import?kind=person")
    page.locator("input[type=file]").set_input_files(people())
    page.get_by_role("button", name="Continue").click()
    site.settle()
    first = page.get_by_role("region", name="The first rows, as they will be read").locator("tbody tr").first
    expect(first).to_contain_text("3 Apr 1980")
    page.get_by_label("Days in “Birthday”").select_option("mdy")
    site.settle()
    expect(first).to_contain_text("4 Mar 1980")
    expect(first).to_contain_text("German")
    page.get_by_label("Column “Geburtstag” goes to").select_option("")
    site.settle()
    expect(first).not_to_contain_text("1980")
    page.get_by_role("button", name="Dry run").click()
    work()
    expect(page.get_by_text("Nothing was written")).to_be_visible()
    page.get_by_role("button", name="Start import").first.click()
    site.settle()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("stands still")).to_be_visible()
    page.get_by_role("button", name="Go on importing").click()
    site.settle()
    work()
    expect(page.get_by_role("heading", name="Rows that failed")).to_be_visible()
    page.get_by_label("The mended file").set_input_files(people(PEOPLE.replace("nonsense", "bo@x.example")))
    page.get_by_role("button", name="Import again").click()
    expect(page.get_by_text("Columns and choices are those of the import before")).to_be_visible()
    page.get_by_role("button", name="Start import").first.click()
    site.settle()
    work()
    expect(page.get_by_text("All rows were read: 2.")).to_be_visible()
    assert set(Person.objects.values_list("email", "birthday")) == {("ann@x.example", None), ("bo@x.example", None)}


def test_a_file_is_imported_without_scripts(plain: Site) -> None:
    page = plain.open("/import?kind=person")
    page.locator("input[type=file]").set_input_files(people())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Days in “Birthday”").select_option("mdy")
    page.get_by_role("button", name="Show the first rows again").click()
    expect(page.get_by_role("region", name="The first rows, as they will be read")).to_contain_text("4 Mar 1980")
    page.get_by_role("button", name="Start import").first.click()
    work()
    page.reload()
    expect(page.get_by_text("Not imported: 1")).to_be_visible()
    assert str(Person.objects.get().birthday) == "1980-03-04"


def test_the_move(site: Site, tmp_path: Path) -> None:
    """A messy export of another system: columns proposed, a dry run, errors by line, doubles found, all undone."""
    there = site.person("Anna", "Li", email="annali7@example-7.com")
    write_messy(tmp_path / "kunden-alt.csv", 200)
    page = site.open("/import?kind=person")
    page.locator("input[type=file]").set_input_files(tmp_path / "kunden-alt.csv")
    page.get_by_role("button", name="Continue").click()
    for title, goes_to in (("Vorname", "First name"), ("E-Mail", "E-mail"), ("Firma", "Company"), ("Ort", "City")):
        chosen = page.get_by_label(f"Column “{title}” goes to").locator("option:checked")
        expect(chosen).to_contain_text(goes_to)
    page.get_by_role("button", name="Dry run").click()
    work()
    expect(page.get_by_text("Nothing was written")).to_be_visible()
    assert Person.objects.count() == 1
    page.get_by_role("button", name="Start import").first.click()
    site.settle()
    work()
    expect(page.get_by_role("row", name="141 E-mail: The @ sign is missing.")).to_be_visible()
    expect(page.get_by_role("row", name="156 Birthday: There is no 31 February 1980.")).to_be_visible()
    there.refresh_from_db()
    assert (there.job_title, Person.objects.count()) == ("Inhaber:in", 192)
    page.get_by_role("link", name="Undo import").or_(page.get_by_role("button", name="Undo import")).click()
    page.get_by_role("main").get_by_role("button", name="Undo").first.click()
    site.settle()
    work()
    page.reload()
    there.refresh_from_db()
    assert (there.job_title, Person.objects.filter(live=True).count()) == ("", 1)
