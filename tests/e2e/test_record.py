"""A record is changed in its place, keeps what two people do apart, and takes notes and calls by keyboard."""

import re

from playwright.sync_api import BrowserContext, FilePayload, Route, expect

from rapport.activities.actions import NoteInput, add_note
from rapport.core.objects import registry, saving
from rapport.lib.tests.test_file_kinds import png
from tests.e2e.site import Site


def test_a_fact_is_edited_in_its_place(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-last_name a").click()
    field = page.get_by_role("textbox", name="Last name")
    expect(field).to_be_focused()
    field.fill("Lindqvist")
    field.press("Enter")
    expect(page.locator("#fact-last_name")).to_contain_text("Lindqvist")
    expect(page.locator("#who .title")).to_have_text("Lea Lindqvist")
    site.toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#who .title")).to_have_text("Lea Lind")


def test_escape_puts_the_old_value_back(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-last_name a").click()
    page.get_by_role("textbox", name="Last name").fill("Nobody")
    page.keyboard.press("Escape")
    expect(page.locator("#fact-last_name a")).to_be_focused()
    expect(page.locator("#fact-last_name")).to_contain_text("Lind")


def test_tab_saves_and_opens_the_next_fact(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-first_name a").click()
    page.get_by_role("textbox", name="First name").fill("Leah")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Last name")).to_be_focused()
    expect(page.locator("#fact-first_name")).to_contain_text("Leah")
    page.keyboard.press("Tab")  # nothing typed: nothing saved
    expect(page.get_by_role("textbox", name="E-mail")).to_be_focused()
    lea.refresh_from_db()
    assert lea.version == 2


def test_what_another_tab_saved_is_not_overwritten_unseen(site: Site, context: BrowserContext) -> None:
    lea = site.person("Lea", "Lind")
    first = site.open(f"/people/{lea.pk}")
    first.locator("#fact-last_name a").click()
    expect(first.get_by_role("textbox", name="Last name")).to_be_focused()
    second = context.new_page()
    second.goto(f"{site.address}/people/{lea.pk}")
    second.locator("#fact-last_name a").click()
    second.get_by_role("textbox", name="Last name").fill("Meanwhile")
    second.keyboard.press("Enter")
    expect(second.locator("#fact-last_name")).to_contain_text("Meanwhile")
    first.get_by_role("textbox", name="Last name").fill("Mine")
    first.keyboard.press("Enter")
    drawer = first.locator("#drawer")
    expect(drawer.get_by_role("group", name="Last name")).to_contain_text("Meanwhile")
    expect(drawer.get_by_role("radio", name="Mine")).to_be_checked()
    drawer.get_by_role("button", name="Save", exact=True).click()
    expect(drawer).not_to_be_visible()
    expect(first.locator("#who .title")).to_have_text("Lea Mine")


def test_a_note_by_keyboard_alone(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Write a note")).to_be_focused()
    page.keyboard.type("Wants a demo in May")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#history")).to_contain_text("Wants a demo in May")
    expect(page.get_by_role("textbox", name="Write a note")).to_have_value("")
    site.toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#history")).not_to_contain_text("Wants a demo in May")


def test_a_call_is_logged(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.get_by_role("tab", name="Call").click()
    page.get_by_label("Minutes").fill("14")
    page.get_by_role("textbox", name="What was said").fill("Agreed on the price")
    page.get_by_role("button", name="Log call").click()
    expect(page.locator("#history")).to_contain_text("14 min")


def test_tags_are_edited_beside_the_name(site: Site) -> None:
    lea = site.person("Lea", "Lind", tags="VIP")
    page = site.open(f"/people/{lea.pk}")
    page.get_by_role("link", name="Change tags").click()
    page.get_by_role("textbox", name="Tags").fill("VIP, Partner")
    page.keyboard.press("Enter")
    expect(page.locator("#who .tag", has_text="Partner")).to_be_visible()
    expect(page.get_by_role("textbox", name="Tags")).to_have_count(0)


def test_brackets_walk_through_the_list_a_record_was_opened_from(site: Site) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        site.person(name, "Lind", lifecycle="lead" if name != "Bea" else "customer")
    page = site.open("/people?lifecycle=lead&sort=title")
    page.get_by_role("link", name="Ada Lind").first.click()
    page.wait_for_url("**/people/*")
    site.settle()
    page.keyboard.press("]")
    expect(page.locator("#who .title")).to_have_text("Cleo Lind")
    site.settle()
    page.keyboard.press("]")
    expect(site.toast).to_contain_text("last record")
    site.settle()
    page.keyboard.press("[")
    expect(page.locator("#who .title")).to_have_text("Ada Lind")


def test_the_sections_of_a_record_on_a_phone(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    site.page.set_viewport_size({"width": 390, "height": 844})
    page = site.open(f"/people/{lea.pk}")
    expect(page.get_by_role("textbox", name="Write a note")).to_be_visible()
    page.get_by_role("link", name="Details").click()
    expect(page.locator("#fact-last_name")).to_be_visible()
    expect(page.get_by_role("textbox", name="Write a note")).to_be_hidden()


def test_several_files_are_added_at_once(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    files: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": b"words"} for name in ("one.txt", "two.txt")
    ]
    page.keyboard.press("f")
    page.locator("#compose-file input[type=file]").set_input_files(files)
    for place in ("#files", "#history"):
        expect(page.locator(place)).to_contain_text("one.txt")
        expect(page.locator(place)).to_contain_text("two.txt")


def test_a_colleague_is_mentioned_by_keyboard(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Note")
    note.press_sequentially("Ask @B")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(note).to_have_value(re.compile("Ask @Bob"))


def test_only_its_panes_scroll_never_the_page_itself(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.set_viewport_size({"width": 1280, "height": 500})
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_a_click_on_formatted_words_opens_their_editor(site: Site) -> None:
    lea = site.person("Lea", "Lind", about="<p>Knows <b>everybody</b></p>")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-about .rich").click()
    expect(page.locator("#fact-about .editor")).to_be_visible()


def test_a_photo_is_the_avatar_as_soon_as_it_is_saved(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-photo a").click()
    photo: FilePayload = {"name": "lea.png", "mimeType": "image/png", "buffer": png(8, 8)}
    page.get_by_label("Photo").set_input_files(photo)
    page.locator("#fact-photo").get_by_role("button", name="Save").click()
    expect(page.locator("#who .av img")).to_have_count(1)
    expect(page.locator("#fact-photo")).to_contain_text("lea.png")
    site.toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#who .av")).to_have_text("LL")


def test_a_photo_is_held_while_the_form_is_corrected(site: Site) -> None:
    page = site.open("/people")
    page.locator("header").get_by_role("link", name="New person").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("First name").fill("Lea")
    drawer.get_by_label("E-mail", exact=True).fill("lea@hexa")
    drawer.get_by_text("All fields").click()
    photo: FilePayload = {"name": "lea.png", "mimeType": "image/png", "buffer": png(8, 8)}
    drawer.get_by_label("Photo").set_input_files(photo)
    drawer.get_by_role("button", name="Create person").click()
    expect(drawer.get_by_text("The domain ending is missing")).to_be_visible()
    expect(drawer.get_by_text("“lea.png” was uploaded")).to_be_attached()
    drawer.get_by_label("E-mail", exact=True).fill("lea@hexa.example")
    drawer.get_by_role("button", name="Create person").click()
    expect(page.locator("#who .av img")).to_have_count(1)


def test_what_was_typed_is_there_again_in_another_tab(site: Site, context: BrowserContext) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.keyboard.press("n")
    page.keyboard.type("Half a thought")
    expect(page.locator("#compose-note .draft")).to_contain_text("Draft saved")
    second = context.new_page()
    second.goto(f"{site.address}/people/{lea.pk}")
    note = second.get_by_role("textbox", name="Write a note")
    expect(note).to_have_value("Half a thought")
    second.locator("#compose-note .draft").get_by_role("button", name="Discard").click()
    expect(note).to_have_value("")
    expect(second.locator("#compose-note .draft")).not_to_be_visible()


def test_two_tabs_that_type_the_same_lose_neither_text(site: Site, context: BrowserContext) -> None:
    lea = site.person("Lea", "Lind")
    first, second = site.open(f"/people/{lea.pk}"), context.new_page()
    second.goto(f"{site.address}/people/{lea.pk}")
    for page, text in ((first, "One thought"), (second, "Another thought")):
        page.bring_to_front()
        page.get_by_role("textbox", name="Write a note").press_sequentially(text)
        expect(page.locator("#compose-note .draft")).to_contain_text("Draft saved")
    expect(first.locator("#compose-note .draft")).to_contain_text("Not kept: another tab")
    expect(first.locator("#compose-note form[data-dirty]")).to_have_count(1)  # leaving asks
    second.get_by_role("textbox", name="Write a note").press("Control+Enter")
    expect(second.locator("#history")).to_contain_text("Another thought")
    expect(first.locator("#compose-note .draft")).to_contain_text("Draft saved")  # its place is free
    expect(first.get_by_role("textbox", name="Write a note")).to_have_value("One thought")


def test_what_others_add_is_announced_and_comes_when_asked_for(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.page
    page.clock.install()
    site.open(f"/people/{lea.pk}")
    add_note(site.world.actor("bob"), NoteInput("Bob was here", (lea.pk,)))
    saving.update(site.world.actor("bob"), registry.get("person"), lea.pk, {"last_name": "Lindgren"})
    page.clock.run_for(20_000)
    button = page.get_by_role("button", name="2 new")
    expect(button).to_be_visible()
    expect(page.locator("#history")).not_to_contain_text("Bob was here")
    assert page.title().startswith("(2) ")
    button.click()
    expect(page.locator("#history")).to_contain_text("Bob was here")
    expect(page.locator("#who .title")).to_have_text("Lea Lindgren")
    expect(page.locator("#tl .ev.fresh").first).to_be_focused()


def test_an_entry_is_found_and_pinned(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    for words in ("Wants a larger oven", "Asked for tea"):
        add_note(site.world.actor("ann"), NoteInput(words, (lea.pk,)))
    page = site.open(f"/people/{lea.pk}")
    page.keyboard.press("/")
    page.keyboard.type("OVEN")
    expect(page.locator("#tl .ev")).to_have_count(1)
    expect(page.locator("#tl mark")).to_have_text("oven")
    page.locator("#tl .ev").hover()
    page.locator("#tl .ev").get_by_role("link", name="More about this entry").click()
    page.get_by_role("menuitem", name="Pin on top").click()
    expect(page.locator("#tl .ev[id^=pin-]")).to_contain_text("Wants a larger oven")


def test_the_next_fact_opens_also_while_the_page_comes_anew(site: Site) -> None:
    """What was saved is drawn anew on the page; the fact that is being opened meanwhile must not be lost by it."""
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    held: dict[str, Route] = {}
    page.route(f"**/people/{lea.pk}", lambda route: held.update(page=route))
    page.route("**/fact/last_name*", lambda route: held.update(fact=route))
    page.locator("#fact-first_name a").click()
    page.get_by_role("textbox", name="First name").fill("Leah")
    page.keyboard.press("Tab")
    expect(page.locator("#fact-last_name")).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(100)
    held["page"].continue_()
    expect(page.locator("#who .title")).to_have_text("Leah Lind")
    held["fact"].continue_()
    expect(page.get_by_role("textbox", name="Last name")).to_be_focused()


def test_the_timeline_tells_also_what_changes_while_it_is_asked_for(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/history?*", hold_the_first)
    changed = "document.body.dispatchEvent(new Event('record:changed', {bubbles: true}))"
    page.evaluate(changed)
    page.wait_for_timeout(300)
    answer = held[0].fetch()
    add_note(site.world.actor("bob"), NoteInput("Came meanwhile", (lea.pk,)))
    page.evaluate(changed)
    page.wait_for_timeout(300)
    held[0].fulfill(response=answer)
    expect(page.locator("#history")).to_contain_text("Came meanwhile")
