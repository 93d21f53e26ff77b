"""Hard cases of the daily screens: names of any length and script, many tags, columns and views, a narrow window."""

from typing import Any

from playwright.sync_api import BrowserContext, expect

from rapport.activities.actions import NoteInput, add_note
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.notices.following import follow
from rapport.core.objects import registry, saving
from rapport.lib import clock
from tests.e2e.site import Site, sign_in

RIGHT_TO_LEFT = "عبد الله (Ltd.) 42"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈"


def trouble(site: Site) -> tuple[Any, Any, list[str]]:
    """A company and a person of hard names, with all that daily screens tell of them; and those screens."""
    ann, bob = site.world.actor("ann"), site.world.actor("bob")
    tags = [f"Tag number {n}" for n in range(200)]
    huge = saving.create(ann, registry.get("company"), {"name": "W" * 300, "tags": tags, "owner": site.world.ann.pk})
    turned = site.person(
        "محمد", RIGHT_TO_LEFT, company=huge.pk, email="m@example.com", job_title="مدير", owner=site.world.ann.pk
    )
    long = site.person("W" * 150, "M" * 150, company=huge.pk, job_title="J" * 150, tags=tags)
    site.person(EMOJI, EMOJI)
    site.person("", "", email="a" * 60 + "@" + "b" * 60 + ".example.com")
    site.person("", "", phone="+49 30 7654321")
    for record in (huge, turned, long):
        follow(ann, record.pk, on=True)
        words = f"Ask @Ann Archer: {RIGHT_TO_LEFT} https://example.com/{'x' * 300}"
        add_note(bob, NoteInput(words, (record.pk,)))
        for title in (RIGHT_TO_LEFT, "T" * 250):
            add_task(ann, TaskInput(title, (record.pk,), Due(clock.today("UTC"))))
            plan_meeting(ann, MeetingInput(title[:200], clock.now(), 45, about=(record.pk,), place="P" * 200))
    screens = ["/people", "/companies", f"/people/{turned.pk}", f"/people/{long.pk}", f"/companies/{huge.pk}"]
    screens += ["/tasks", "/tasks?view=board", "/", "/notifications", f"/people/{long.pk}/edit", "/people/views"]
    screens += ["/calendar?view=day", "/calendar?view=week", "/calendar?view=month", "/calendar?view=agenda"]
    screens += [f"/people?peek={long.pk}", f"/companies?peek={huge.pk}", f"/people/{long.pk}/share"]
    return huge, turned, screens


# What can be scrolled sideways and is neither a table, tabs or chips, nor a board or a calendar; and controls
# without a name.
_LOST = """() => {
  const mayScroll = "table, .tabs, .tl-chips, .bar, .board, .composer, [data-calendar], input, textarea";
  const wide = [...document.querySelectorAll("html, main, main *")].filter((e) => {
    const style = getComputedStyle(e);
    if (e.tagName === "HTML") return e.scrollWidth > innerWidth;
    if (!e.clientWidth || e.closest(`.sr, ${mayScroll}`) || e.querySelector("table, .board, [data-calendar]")) return;
    return /auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
  });
  return wide.map((e) => `${e.tagName}.${e.className}#${e.id} is ${e.scrollWidth} px wide`);
}"""
# The name begins at its right and ends with “42” at its left, wherever it stands alone (not in the words of a note).
_TURNED = """(name) => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const at = node.data.indexOf(name);
    if (at < 0 || !node.parentElement.getClientRects().length || node.parentElement.closest(".sr, .q, .detail"))
      continue;
    const box = (from, length) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + length);
      return range.getBoundingClientRect();
    };
    const [first, last] = [box(at, 1), box(at + name.length - 2, 2)];
    const sameLine = Math.abs(first.top - last.top) < 4;
    found.push([sameLine && first.left < last.left, `${node.parentElement.tagName}.${node.parentElement.className}`]);
  }
  return [found.length, found.filter(([isWrong]) => isWrong).map(([, where]) => where)];
}"""


def test_no_name_is_too_long_and_none_turns_its_line(site: Site) -> None:
    _huge, _turned, screens = trouble(site)
    page = site.page
    wrong, told = [], 0
    for path in screens:
        page.set_viewport_size({"width": 1440, "height": 900})
        site.open(path)
        for width in (1440, 720, 390, 320):
            page.set_viewport_size({"width": width, "height": 450 if width == 720 else 844})
            wrong += [f"{width} {path}  {line}" for line in page.evaluate(_LOST)]
            count, turned = page.evaluate(_TURNED, RIGHT_TO_LEFT)
            told += count
            wrong += [f"{width} {path}  {line} runs the wrong way" for line in turned]
    assert not wrong, "\n".join(wrong)
    assert told > 60


def test_a_cell_waits_for_the_net_and_for_signing_in_and_keeps_what_was_typed(
    site: Site, context: BrowserContext
) -> None:
    lea = site.person("Lea", "Lind", job_title="Head")
    page = site.open("/people?columns=job_title")
    cell = page.locator(f'tr[data-row="{lea.pk}"] td').nth(2)
    editor = cell.get_by_role("textbox")
    cell.hover()
    site.settle()
    cell.dblclick()
    editor.fill("Chief")
    context.set_offline(True)
    editor.press("Enter")
    expect(site.toast).to_have_attribute("role", "alert")
    expect(editor).to_have_value("Chief")
    context.set_offline(False)
    site.toast.get_by_role("button", name="Retry").click()
    expect(editor).to_have_count(0)
    expect(cell).to_contain_text("Chief")
    cell.dblclick()
    editor.fill("Founder")
    context.clear_cookies(name="rapport_session")
    editor.press("Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(editor).to_have_value("Founder")
    page.wait_for_load_state("networkidle")  # an answer that is under way takes the cookie along
    sign_in(context, site.address, site.world, "ann")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#signed-out")).to_be_hidden()
    expect(editor).to_have_count(0)
    expect(cell).to_contain_text("Founder")
    lea.refresh_from_db()
    assert (lea.job_title, lea.version) == ("Founder", 3)


def test_undo_waits_for_the_net(site: Site, context: BrowserContext) -> None:
    lea = site.person("Lea", "Lind")
    page = site.open(f"/people/{lea.pk}")
    page.locator("#fact-last_name a").click()
    page.get_by_role("textbox", name="Last name").fill("Lark")
    page.keyboard.press("Enter")
    expect(page.locator("#who .title")).to_have_text("Lea Lark")
    site.settle()
    context.set_offline(True)
    page.keyboard.press("z")
    retry = site.toast.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    context.set_offline(False)
    retry.click()
    expect(page.locator("#who .title")).to_have_text("Lea Lind")
