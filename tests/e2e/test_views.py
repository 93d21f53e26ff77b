"""Lists kept under a name, many records changed at once, and a look before an undo: in a browser."""

import re

from playwright.sync_api import expect

from tests.e2e.site import Site


def test_a_filtered_list_is_kept_changed_and_reset(site: Site) -> None:
    site.person("Lea", "Lind", lifecycle="lead")
    site.person("Cem", "Cole", lifecycle="customer")
    page = site.open("/people?lifecycle=lead")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("Leads")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people\?view=\d+$"))
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Leads")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove filter").click()
    page.wait_for_url("**where=**")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("Unsaved changes of “Leads”")).to_be_visible()
    page.get_by_role("link", name="Reset").click()
    page.wait_for_url(re.compile(r"/people\?view=\d+$"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_a_view_is_deleted_and_brought_back(site: Site) -> None:
    page = site.open("/people?sort=title")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("By name")
    page.locator("#save-view").get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Manage views").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No views yet")).to_be_visible()
    site.settle()
    page.keyboard.press("z")
    expect(page.get_by_role("link", name="By name")).to_be_visible()


def test_columns_are_chosen_by_keyboard(site: Site) -> None:
    site.person("Lea", "Lind")
    page = site.open("/people")
    page.get_by_role("button", name="Columns").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Company", exact=True).uncheck()
    page.get_by_role("button", name="Show columns").click()
    page.wait_for_url("**columns=*")
    expect(page.get_by_role("columnheader", name="Company")).to_have_count(0)


def test_one_field_of_many_is_changed_and_taken_back(site: Site) -> None:
    site.crowd(3)
    page = site.open("/people")
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("button", name="Edit…").click()
    site.settle()
    drawer = page.locator("#drawer")
    drawer.get_by_label("Field", exact=True).select_option("lifecycle")
    site.settle()
    drawer.get_by_label("Lifecycle", exact=True).select_option("customer")
    drawer.get_by_role("button", name="Change 3 records").click()
    expect(site.toast).to_contain_text("3 records were changed.")
    expect(page.locator("tbody").get_by_text("Customer")).to_have_count(3)
    site.settle()
    page.keyboard.press("z")
    expect(page.locator("tbody").get_by_text("Customer")).to_have_count(0)


def test_an_undo_is_looked_at_first_and_says_what_stays(site: Site) -> None:
    people = site.crowd(3)
    page = site.open(f"/people/{people[0].instance.pk}/edit")
    page.get_by_label("Job title").fill("Head")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/people/{people[0].instance.pk}")
    site.open("/acts")
    page.locator(".acts li").filter(has_text="Test crowd").get_by_role("link", name="Undo…").click()
    expect(page.get_by_text("was changed since and stays.")).to_be_visible()
    expect(page.locator(".undo-counts dd").first).to_have_text("2")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
    expect(site.toast).to_contain_text("was changed since and stays.")


def test_a_note_and_an_inline_change_are_taken_back_by_the_key(site: Site) -> None:
    lea = site.person("Lea", "Lind", job_title="Head")
    page = site.open(f"/people/{lea.pk}")
    page.get_by_role("button", name="Edit Job title").or_(page.get_by_role("link", name="Edit Job title")).first.click()
    site.settle()
    page.get_by_label("Job title").fill("Chief")
    page.keyboard.press("Enter")
    expect(site.toast).to_contain_text("Job title saved.")
    site.settle()
    page.locator("h1").click()
    page.keyboard.press("z")
    expect(page.locator(".facts").first).to_contain_text("Head")
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Write a note").fill("Wants a demo")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#history")).to_contain_text("Wants a demo")
    site.settle()
    page.locator("h1").click()
    page.keyboard.press("z")
    expect(page.locator("#history")).not_to_contain_text("Wants a demo")


def test_views_and_the_look_before_an_undo_need_no_script(site: Site) -> None:
    site.crowd(3)
    browser = site.page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=site.page.context.storage_state())
    page = plain.new_page()
    page.goto(f"{site.address}/people?sort=title")
    page.get_by_role("button", name="Save view").first.click()
    page.get_by_label("Name", exact=True).fill("By name")
    page.locator("#save-view").get_by_role("button", name="Save view").click()
    expect(page.get_by_role("navigation", name="Views").get_by_role("link", name="By name")).to_be_visible()
    page.goto(f"{site.address}/people/columns")
    page.get_by_role("checkbox", name="Company", exact=True).uncheck()
    page.get_by_role("button", name="Show columns").click()
    expect(page.get_by_role("columnheader", name="Company")).to_have_count(0)
    page.goto(f"{site.address}/acts")
    page.locator(".acts li").filter(has_text="Test crowd").get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
    plain.close()
