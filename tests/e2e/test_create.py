"""A new record is made once, in the drawer, with a warning about those that are there already."""

import re

from playwright.sync_api import expect

from rapport.core.records.models import Record
from tests.e2e.site import Site


def test_a_person_is_made_in_the_drawer(site: Site) -> None:
    page = site.open("/people")
    page.keyboard.press("c")
    site.settle()
    expect(page.get_by_label("First name")).to_be_focused()
    page.get_by_label("First name").fill("Paul")
    page.get_by_label("Last name").fill("Girard")
    page.get_by_role("combobox", name="Company").press_sequentially("Hexa")
    page.get_by_role("option", name="Create “Hexa”").click()
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paul Girard")
    expect(page.locator("#who")).to_contain_text("Hexa")
    site.toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("This record is in the trash")).to_be_visible()


def test_another_one_follows_in_the_drawer(site: Site) -> None:
    page = site.new_person()
    page.get_by_label("First name").fill("Paul")
    page.get_by_label("Create another").check()
    page.get_by_role("button", name="Create person").click()
    expect(site.toast).to_contain_text("Paul was created")
    expect(page.get_by_label("First name")).to_have_value("")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_those_who_are_there_already_are_named(site: Site) -> None:
    paul = site.person("Paul", "Girard", email="p.girard@example.com")
    page = site.new_person()
    page.get_by_label("E-mail", exact=True).press_sequentially("p.girard@example.com")
    expect(page.locator("#doubles")).to_contain_text("Paul Girard")
    opens = page.locator("#doubles").get_by_role("link", name="Open Paul Girard")
    expect(opens).to_have_attribute("href", f"/people/{paul.pk}")


def test_a_wrong_address_gets_the_focus_and_a_sentence(site: Site) -> None:
    page = site.new_person()
    page.get_by_label("First name").fill("Paul")
    page.get_by_label("E-mail", exact=True).fill("p.girard@hexalogistics")
    page.get_by_role("button", name="Create person").click()
    field = page.get_by_label("E-mail", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("The domain ending is missing, for example .com.")
    expect(page.get_by_label("First name")).to_have_value("Paul")


def test_a_form_sent_twice_makes_one(site: Site) -> None:
    page = site.open("/people/new")
    page.get_by_label("First name").fill("Paul")
    button = page.get_by_role("button", name="Create person")
    button.dblclick()
    page.wait_for_url(re.compile(r"/people/\d+$"))
    assert Record.objects.filter(kind="person").count() == 1
    page.go_back()  # the old form again, with its token
    site.settle()
    page.get_by_label("First name").fill("Paul")
    page.get_by_role("button", name="Create person").click()
    page.wait_for_url(re.compile(r"/people/\d+$"))


def test_unsaved_words_are_not_lost_by_escape(site: Site) -> None:
    page = site.new_person()
    page.get_by_label("First name").fill("Paul")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.keyboard.press("Escape")
    assert len(asked) == 1
    expect(page.get_by_label("First name")).to_have_value("Paul")
