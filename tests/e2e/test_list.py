"""A list is found again, narrowed, sorted, paged, and acted upon, and every act can be taken back."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.e2e.site import Site


def test_a_filter_is_built_changed_and_removed(site: Site) -> None:
    site.person("Lea", "Lind", lifecycle="lead")
    site.person("Cem", "Cole", lifecycle="customer")
    page = site.open("/people")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Field", exact=True).focus()
    page.keyboard.type("life", delay=120)  # each letter chooses another field, and draws what belongs to it
    expect(page.get_by_label("Field", exact=True)).to_have_value("lifecycle")
    page.get_by_role("checkbox", name="Lead").check()
    page.get_by_role("button", name="Add filter").click()
    page.wait_for_url("**/people?lifecycle=lead")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".chip").get_by_role("link", name="Lead", exact=True).click()
    page.get_by_role("checkbox", name="Customer", exact=True).check()
    page.get_by_role("button", name="Change filter").click()
    page.wait_for_url(re.compile(r"lifecycle=(customer%2Clead|lead%2Ccustomer|customer,lead)$"))
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("#count-head")).to_have_text("2")
    page.get_by_role("link", name="Remove filter").click()
    page.wait_for_url("**/people")


def test_a_chip_of_the_filter_leads_into_the_value(site: Site) -> None:
    page = site.open("/people")
    page.keyboard.press("f")
    page.get_by_role("button", name="City", exact=True).click()
    expect(page.get_by_label("Value", exact=True)).to_be_focused()
    page.keyboard.type("Lyon")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("Lyon"))


def test_a_filter_on_a_company_is_chosen_by_name(site: Site) -> None:
    hexa = site.company("Hexa Logistics")
    site.company("Heron")
    site.person("Lea", "Lind", company=hexa.pk)
    site.person("Cem", "Cole")
    page = site.open("/people")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Field", exact=True).select_option("company")
    site.settle()
    value = page.get_by_role("combobox", name="Value")
    value.press_sequentially("he")
    expect(page.locator("[role=option]").first).to_contain_text("Heron")
    value.press_sequentially("xa")
    page.keyboard.press("Enter")  # before what was typed has been looked for
    expect(value).to_have_value("Hexa Logistics")
    page.get_by_role("button", name="Add filter").click()
    page.wait_for_url(f"**/people?company={hexa.pk}")
    expect(page.locator(".chip")).to_contain_text("Hexa Logistics")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_going_back_keeps_the_place(site: Site) -> None:
    site.crowd(60)
    page = site.open("/people")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_url("**sort=*")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**after=*")
    expect(page.locator("tbody tr")).to_have_count(10)
    shown, first = page.url, page.locator("tbody a.name").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    assert page.url == shown
    expect(page.locator("tbody a.name").first).to_have_text(name)


def test_searching_keeps_the_focus_in_the_field(site: Site) -> None:
    site.person("Lea", "Lind")
    site.person("Cem", "Cole")
    page = site.open("/people")
    page.keyboard.press("/")
    page.keyboard.type("lind")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("searchbox", name="Search people")).to_be_focused()
    page.wait_for_url("**q=lind*")


def test_tags_on_many_can_be_taken_back(site: Site) -> None:
    site.crowd(3)
    page = site.open("/people")
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    page.get_by_role("textbox", name="Tag").fill("Gold")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(page.locator("tbody .tag")).to_have_count(3)
    site.toast.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody .tag")).to_have_count(0)


def test_without_a_net_a_selection_stays_and_the_reason_is_said(site: Site, context: BrowserContext) -> None:
    site.crowd(3)
    page = site.open("/people")
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.mouse.move(700, 400)
    site.settle()
    context.set_offline(True)
    page.get_by_role("button", name="Move to trash").click()
    expect(site.toast).to_contain_text("The server did not answer")
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    context.set_offline(False)
    page.get_by_role("button", name="Move to trash").click()
    expect(page.locator("tbody tr")).to_have_count(0)


def test_trash_is_undone_by_the_toast_and_by_z(site: Site) -> None:
    site.crowd(3)
    page = site.open("/people")
    for undo in ("toast", "key"):
        page.locator("tbody tr").first.get_by_role("link").first.focus()
        page.keyboard.press("x")
        expect(page.locator("[data-bulk]")).to_be_visible()
        page.keyboard.press("Backspace")
        expect(page.locator("tbody tr")).to_have_count(2)
        site.settle()
        if undo == "toast":
            site.toast.get_by_role("button", name="Undo").click()
        else:
            page.keyboard.press("z")
        expect(page.locator("tbody tr")).to_have_count(3)
        site.settle()


def test_a_long_press_selects_on_a_phone(site: Site) -> None:
    site.crowd(3)
    page = site.page
    page.set_viewport_size({"width": 390, "height": 844})
    site.open("/people")
    line = page.locator(".mlist li").first
    line.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    expect(page.locator("[data-selected-count]")).to_have_text("1 selected")
    line.dispatch_event("pointerup", {"pointerType": "touch", "bubbles": True})
    line.get_by_role("link").dispatch_event("click")  # what follows the press opens nothing
    page.locator(".mlist li").nth(1).get_by_role("link").click()
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")


def test_cells_are_changed_by_keyboard_and_taken_back(site: Site) -> None:
    lea, cem = site.person("Lea", "Lind", job_title="Buyer"), site.person("Cem", "Cole")
    page = site.open("/people?columns=job_title,source,created_at&sort=-title")
    page.mouse.move(700, 400)  # what works on cells comes with the first touch
    site.settle()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Lea Lind")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Job title")).to_be_focused()
    page.keyboard.type("Head")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Source")).to_be_focused()
    page.keyboard.type("Fair")
    page.keyboard.press("Enter")
    row = page.locator(f'tr[data-row="{lea.pk}"]')
    expect(row).to_contain_text("HeadFair")
    expect(page.locator(f'tr[data-row="{cem.pk}"] td').nth(3)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Source")).to_be_focused()
    page.keyboard.type("nonsense")
    page.keyboard.press("Escape")
    expect(page.locator("tbody")).not_to_contain_text("nonsense")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(site.toast).to_contain_text("is kept by Rapport")
    site.settle()
    page.keyboard.press("z")
    expect(row).not_to_contain_text("Fair")


def test_a_look_walks_along_the_list_and_the_list_is_found_again(site: Site) -> None:
    site.crowd(40)
    page = site.open("/people?sort=title")
    page.mouse.move(700, 400)  # what works on cells comes with the first touch
    site.settle()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Person 000")).to_be_focused()
    page.keyboard.press("Space")
    peek = page.get_by_role("complementary", name="Preview")
    expect(peek.get_by_role("heading", level=2)).to_have_text("Person 000 Adler")
    page.keyboard.press("j")
    expect(peek.get_by_role("heading", level=2)).to_have_text("Person 001 Berg")
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    page.get_by_role("columnheader", name="Owner").get_by_role("link").click(modifiers=["Shift"])
    page.wait_for_url("**sort=title%2Cowner")
    expect(page.locator(".nth")).to_have_count(2)
    last = page.get_by_role("link", name="Person 035")
    last.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Person 035")
    page.go_back()
    expect(page.get_by_role("link", name="Person 035")).to_be_focused()
    expect(page.get_by_role("link", name="Person 035")).to_be_in_viewport()


def test_the_height_of_rows_is_chosen_and_kept(site: Site) -> None:
    site.person("Lea", "Lind")
    page = site.open("/people")
    page.get_by_role("button", name="Height of the rows").click()
    page.get_by_role("menuitem", name="Compact").click()
    expect(page.locator("table.has-list")).to_have_attribute("data-density", "compact")
    site.open("/companies")
    site.open("/people")
    expect(page.locator("table.has-list")).to_have_attribute("data-density", "compact")
