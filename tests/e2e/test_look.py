"""Every page can be used by everyone: accessibility rules, small screens, and a focus that is always seen."""

import datetime
import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from rapport.accounts.models import User
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.tasks.actions import TaskInput, add_step, add_task
from rapport.activities.tasks.due import Due
from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines.changing import add_line
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.exporting import runs as exports
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.core.quality import running as checking
from rapport.core.timeline.walking import newest
from rapport.core.views import saved
from rapport.core.views.saved import Shape
from rapport.lib import clock
from rapport.people.duplicates import running
from rapport.sales.leads.actions import LeadInput, make_lead
from rapport.ui.assets import slim, slim_style
from tests.e2e.site import Site, sign_in

AXE = Axe().axe_script
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
_FOUND = """async (options) => (await axe.run(options)).violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}`))"""
PARTS = 2  # so that two workers share the pages
DESK, PHONE, SMALL = (1440, 900), (390, 844), (320, 640)
MOST_WEIGHT = 110 * 1024  # bytes of an ordinary page with all that belongs to it


def furnish(site: Site) -> list[tuple[str, str]]:
    """Records to look at; answers with the pages and what is pressed on them first."""
    hexa = site.company("Hexa Logistics")
    lea = site.person(
        "Lea", "Lind", email="lea@example.com", phone="+49 30 1234567", company=hexa.pk, tags="VIP", lifecycle="lead"
    )
    site.crowd(3)
    ann, people = site.world.actor(site.name), registry.get("person")
    labels, over_there = [{"label": "Consultant"}], {"to": "company", "reverse": "Who works with us"}
    create_field(
        site.world.actor("ada"), people, FieldData("Works with", "labelled_links", settings=over_there, options=labels)
    )
    saving.update(ann, people, lea.pk, {"c_works_with": [{"id": hexa.pk, "label": "consultant"}]})
    add_note(site.world.actor("bob"), NoteInput("Ask @Ann Archer about the offer", (lea.pk,)))
    saved.save_view(ann, people, "W" * saved.MOST_NAME, Shape(Term("lifecycle", "", "lead")))
    task = add_task(
        ann, TaskInput("Send the prices", (lea.pk,), Due(clock.today("UTC")), priority="high", repeat="weekly")
    )
    add_step(ann, task.pk, "Ask for the discount")
    fair = saving.create(ann, registry.get("segment"), {"name": "Fair", "object": "person", "description": "In May"})
    saving.update(ann, people, lea.pk, {"segments": [fair.pk]})
    exports.start(ann, people, ListQuery(Term("lifecycle", "", "lead")), "csv")
    meeting = plan_meeting(ann, MeetingInput("Review of Hexa", clock.now(), 45, about=(lea.pk,), place="Room 2"))
    plan_meeting(ann, MeetingInput("Stand-up", clock.now(), 15, repeat="FREQ=DAILY"))
    plan_meeting(ann, MeetingInput("Fair", clock.now(), 2880, is_all_day=True))
    site.person("Eve", "Slip", email="eve@gmial.com")
    checking.check_all(people)
    lead = make_lead(ann, LeadInput("An offer for 40 seats", person=lea.pk, source="Fair")).lead
    shirt = saving.create(
        ann,
        registry.get("product"),
        {"name": "Shirt", "sku": "S-1", "options": "Size: S, M", "price": Amount(990, "EUR")},
    )
    DiscountLimit.objects.create(role=site.world.roles["member"], percent=10)
    deal = saving.create(ann, registry.get("deal"), {"name": "Uniforms", "company": hexa.pk})
    add_task(ann, TaskInput("Call", (deal.pk,), Due(clock.today("UTC") - datetime.timedelta(days=3))))
    for line in ({"product": shirt.pk, "discount": "30"}, {"title": "Sewing", "heading": True}, {"title": "Labels"}):
        add_line(ann, registry.get("deal"), deal.pk, line)
    return [
        (f"/leads/{lead.pk}", ""),
        ("/leads?show=board&by=status", ""),
        ("/leads/paste", ""),
        (f"/leads/{lead.pk}/convert", ""),
        (f"/leads/{lead.pk}/disqualify", ""),
        ("/deals", ".tcard .row > .btn >> nth=0"),
        (f"/deals/{deal.pk}", ""),
        (f"/deals/{deal.pk}/next-step", ""),
        (f"/deals/{deal.pk}/move?to=lost", ""),
        (f"/deals/{deal.pk}/lines", "[popovertarget^=line-menu] >> nth=0"),
        (f"/deals/{deal.pk}/lines?edit=1", ""),
        (f"/products/{shirt.pk}", ""),
        ("/quality", ""),
        ("/quality/person/email", "input[data-select] >> nth=0"),
        ("/calendar", ""),
        ("/calendar?view=day", ""),
        ("/calendar?view=week", ".cal-block a >> nth=0"),
        ("/calendar?view=month", ""),
        ("/meetings/plan", ".fold > summary"),
        (f"/meetings/{meeting.pk}/move", ""),
        ("/", ""),
        ("/people?lifecycle=lead,contact", "input[data-select] >> nth=0"),
        ("/people?lifecycle=customer", ""),
        ("/people?show=board&by=lifecycle", "[data-card] [data-panel]"),
        (f"/people/{lea.pk}/card?by=lifecycle", ""),
        ("/companies?show=groups&by=owner&sum=revenue", "summary"),
        ("/people?show=calendar&by=created_at", ""),
        (f"/people/{lea.pk}/day?by=birthday", ""),
        ("/people?trash=1", ""),
        ("/people", "#count-head ~ .tools .primary"),
        ("/people/filter?f=lifecycle", ""),
        ("/people/filter/tree?in=any.1.lifecycle%3Dlead%26any.1.job_title%3DHead%26owner%3Dme", ""),
        ("/people/new", ".fold > summary"),
        (f"/people/{lea.pk}", "#fact-last_name a"),
        (f"/people/{lea.pk}?compose=file", "#tl .ev[id] .btn"),
        (f"/people/{lea.pk}", "#facts .arranging a"),
        ("/people/arrange/panels", ""),
        (f"/people/{lea.pk}/entries/{newest(lea.pk)}", ""),
        (f"/people/{lea.pk}/edit", ""),
        (f"/people/{lea.pk}/share", ""),
        (f"/people/{lea.pk}/seen-by", ""),
        (f"/companies/{hexa.pk}", "#panel-linked-person-c_works_with header .btn"),
        (f"/companies/{hexa.pk}/linked/person/c_works_with", ""),
        ("/people/views", ".fold > summary"),
        ("/segments", ""),
        (f"/segments/{fair.pk}", "#panel-members header .btn"),
        (f"/people?segments={fair.pk}", "input[data-select] >> nth=0"),
        ("/exports", ""),
        ("/people?lifecycle=contact", "#bell"),
        ("/notifications", ""),
        ("/notifications/settings", ""),
        ("/import", ""),
        ("/paste", ""),
        ("/tasks", f"[popovertarget=task-menu-{task.pk}]"),
        ("/tasks?view=board", ""),
        (f"/tasks/all/{task.pk}", ""),
        (f"/people/{lea.pk}", "#compose-task-tab"),
        (f"/people/{lea.pk}", "#compose-call-tab"),
        ("/people/999999", ""),
        ("/kit", ""),
        ("/?tour=1", ""),
        ("/help/settings", ""),
    ]


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds by all rules, or by these alone; one line for each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found: list[str] = page.evaluate(_FOUND, {"runOnly": only, "resultTypes": ["violations"]})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_keep_the_rules_of_accessibility(site: Site, size: tuple[int, int], part: int) -> None:
    """In the light by all rules, in the dark by those about colours: nothing else differs there."""
    page = site.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wrong: list[str] = []
    for path, press in furnish(site)[part::PARTS]:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        site.open(path)
        if press and page.locator(press).first.is_visible():
            page.locator(press).first.click()
            site.settle()
        wrong += [f"{path}  {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        wrong += [f"{path} in the dark  {line}" for line in violations(page, COLOURS)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_nothing_is_wider_than_the_smallest_phone(site: Site) -> None:
    page = site.page
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    wide = []
    for path, _press in furnish(site):
        site.open(path)
        width = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth)"
        )
        if width > SMALL[0]:
            wide.append(f"{path}: {width} px")
    assert not wide, "\n".join(wide)


_SEEN = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "end";
  const name = element.outerHTML.slice(0, 90);
  const box = element.getBoundingClientRect();
  const host = element.closest("label, .chip, .search, .composer, .cal-block") ?? element;
  const style = [element, host].map((one) => getComputedStyle(one));
  const outlined = (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2;
  const ring = style.some((one) => outlined(one) || one.boxShadow !== "none");
  if (!ring) return `no ring: ${name}`;
  const away = box.bottom < 1 || box.top > innerHeight - 1 || box.right < 1 || box.left > innerWidth - 1;
  if (away) return `out of sight: ${name}`;
  const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 2);
  const top = document.elementFromPoint(x, y);
  const clear = top && (element.contains(top) || top.contains(element) || host.contains(top));
  return clear ? "" : `covered by ${top?.outerHTML.slice(0, 60)}: ${name}`;
}"""


@pytest.mark.parametrize("kind", ["list", "record"])
def test_the_focus_is_always_seen(site: Site, kind: str) -> None:
    lea = site.person("Lea", "Lind", email="lea@example.com", tags="VIP", company=site.company("Hexa").pk)
    site.crowd(25)
    page = site.open("/people?lifecycle=lead,contact" if kind == "list" else f"/people/{lea.pk}")
    unseen, stops = [], 0
    for _stop in range(140):
        page.keyboard.press("Tab")
        said = page.evaluate(_SEEN)
        if said == "end":
            break
        stops += 1
        if said:
            unseen.append(said)
    assert stops > 30
    assert not unseen, "\n".join(unseen)


def test_scripts_weigh_little(site: Site) -> None:
    lea = site.person("Lea", "Lind")
    weights: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        if "/static/js/" in answer.url:
            weights[answer.url.rsplit("/", 1)[1]] = len(gzip.compress(slim(answer.text()).encode()))

    site.page.on("response", weigh)
    for path in ("/people", f"/people/{lea.pk}"):
        weights.clear()
        site.open(path)
        assert weights
        assert sum(weights.values()) <= 13 * 1024, f"{path}: {weights}"


_FETCHED = """() => {
  const icons = new URL(document.querySelector("svg use").getAttribute("href").split("#")[0], location.href);
  return [...performance.getEntriesByType("resource").map((one) => one.name), icons.href];
}"""


def test_pages_weigh_little(site: Site) -> None:
    """All that a first visit fetches, packed as it is sent (style sheets of a page come joined)."""
    page = site.page
    luc = site.person("Łucja", "Lind", company=site.company("Hexa").pk, tags="VIP")  # with a letter of the second font
    site.crowd(50)
    for path in ("/", "/people", f"/people/{luc.pk}", "/tasks", "/calendar"):
        site.open(path)
        static = sorted({url.partition("#")[0] for url in page.evaluate(_FETCHED) if "/static/" in url})
        sheets = [url for url in static if url.endswith(".css")]
        weights = {url.rsplit("/", 1)[1]: weight(page, url) for url in static if url not in sheets}
        weights["css"] = packed("".join(slim_style(page.request.get(url).text()) for url in sheets))
        weights["html"] = packed(page.request.get(page.url).text())
        assert {"inter-latin.woff2", "icons.svg", "htmx.min.js", "app.js"} <= set(weights)
        assert sum(weights.values()) <= MOST_WEIGHT, f"{path}: {sum(weights.values())} {weights}"


def weight(page: Page, url: str) -> int:
    """The bytes of a file as it is sent: a typeface as it is, all else packed, our scripts slim."""
    answer = page.request.get(url)
    if url.endswith(".woff2"):
        return len(answer.body())
    return packed(slim(answer.text()) if "/static/js/" in url else answer.text())


def packed(text: str) -> int:
    return len(gzip.compress(text.encode()))


_COVERED = """() => {
  const box = (element) => element.getBoundingClientRect();
  const boxes = (which) => [...document.querySelectorAll(which)].map(box).filter((b) => b.width);
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const toasts = boxes(".toast");
  if (toasts.length !== 2) return [`${toasts.length} toasts`];
  const covered = (which) => boxes(which).some((b) => toasts.some((toast) => meet(b, toast)));
  return [".pager", ".bulk", ".tabbar", ".savebar"].filter(covered);
}"""
_TOAST = (
    "() => document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Two people were moved to the trash.'}}))"
)


@pytest.mark.parametrize("size", [DESK, (1024, 768), PHONE, SMALL], ids=lambda size: str(size[0]))
def test_a_toast_covers_neither_pager_nor_buttons(site: Site, size: tuple[int, int]) -> None:
    site.crowd(60)
    page = site.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path, selected in (("/people", False), ("/people", True), ("/profile", False)):
        site.open(path)
        if selected:
            page.evaluate("document.querySelector('tbody [data-select]').click()")
        for _toast in range(2):
            page.evaluate(_TOAST)
        page.wait_for_timeout(400)  # until they have come in
        assert page.evaluate(_COVERED) == [], (path, selected)


_CUT = """() => [...document.querySelectorAll(".hl dd, .hl dt")].filter((e) => {
  const right = (one) => one.getBoundingClientRect().right;
  return e.scrollWidth > e.clientWidth || [...e.querySelectorAll("*")].some((one) => right(one) > right(e) + 1);
}).map((e) => e.innerText)"""


def test_the_tiles_of_a_record_are_never_cut(site: Site) -> None:
    hexa = saving.create(
        site.world.actor("ann"), registry.get("company"), {"name": "Hexa", "industry": "manufacturing"}
    )
    site.open(f"/companies/{hexa.pk}")
    for width in (320, 390, 768, 1000, 1024, 1100, 1280, 1340, 1366, 1440, 1920):
        site.page.set_viewport_size({"width": width, "height": 900})
        site.page.wait_for_timeout(50)
        assert site.page.evaluate(_CUT) == [], width


def test_a_long_name_of_a_view_is_cut_and_told_whole(site: Site) -> None:
    name = "Everybody who asked for the price list in spring and autumn"
    saved.save_view(site.world.actor("ann"), registry.get("person"), name, Shape(Term("lifecycle", "", "lead")))
    for width in (1440, 390, 320):
        site.page.set_viewport_size({"width": width, "height": 900})
        tab = site.open("/people").get_by_role("link", name=name)
        assert tab.get_attribute("title") == name
        box = tab.bounding_box()
        assert box and box["width"] < min(300, width)


def test_a_fold_opens_by_keyboard_and_turns_its_mark(site: Site) -> None:
    saved.save_view(site.world.actor("ann"), registry.get("person"), "Leads", Shape(Term("lifecycle", "", "lead")))
    site.page.emulate_media(reduced_motion="reduce")
    fold = site.open("/people/views").locator(".fold > summary").first
    assert fold.evaluate("e => getComputedStyle(e).listStyleType") == "none"
    fold.focus()
    site.page.keyboard.press("Enter")
    expect(site.page.get_by_label("Who has it")).to_be_visible()
    expect(fold.locator(".chev")).to_have_css("rotate", "90deg")
    site.page.keyboard.press("Space")
    expect(site.page.get_by_label("Who has it")).to_be_hidden()


_LOST = """() => [...document.querySelectorAll("main *")].filter((e) => {
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || e.closest(".sr, [hidden], .tabs")) return false;
  const cut = getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1;
  return cut || box.right > innerWidth + 1;
}).map((e) => `${e.tagName}.${e.getAttribute("class")}: ${(e.innerText ?? "").slice(0, 40)}`)"""


def merging(site: Site) -> list[str]:
    """A pair that may be one: the queue, the two side by side, and whom to merge one with."""
    one, other = (site.person("Mia", last, phone="+49 30 1234567", tags=last) for last in ("Berg", "Bergh"))
    running.search_all("person")
    checking.check_all(registry.get("person"))
    findings = ["/quality", "/quality/person/owner", "/quality/person/stale"]
    return [*findings, "/duplicates", f"/people/merge?ids={one.pk}&ids={other.pk}", f"/people/{one.pk}/merge"]


@pytest.mark.slow
def test_the_settings_can_be_used_on_a_german_phone(site: Site) -> None:
    """German words are long; what is a row of tabs may scroll, all else stands within the screen."""
    world = site.world
    User.objects.update(language="de")
    sign_in(site.page.context, site.address, world, "ada")
    saved.save_view(world.actor("ada"), registry.get("person"), "W" * saved.MOST_NAME, Shape(Term("lifecycle")))
    exports.start(world.actor("ada"), registry.get("person"), ListQuery(), "csv")
    role, user, team = world.roles["manager"].pk, world.ann.pk, world.alpha.pk
    many = [{"label": f"Kundenzufriedenheit {n}", "tone": "red"} for n in range(3)]
    field = create_field(
        world.actor("ada"), registry.get("company"), FieldData("Gesamtzufriedenheitswert", "choice", options=many)
    )
    pages = ["/settings", "/profile", "/acts", "/import", "/imports", "/exports", "/jobs"]
    pages += [
        f"/settings/{name}"
        for name in ("general", "discounts", "users", "teams", "roles", "audit", "users/new", "roles/new", "sample")
    ] + ["/welcome"]
    of_sales = ("pipelines", "pipelines/new", "stages/proposal/edit", "stages/proposal/archive")
    of_data = ("objects", "objects/new", *(f"fields/company{end}" for end in ("", "/new", "/new?type=text")))
    pages += [f"/settings/{name}" for name in (*of_sales, *of_data)]
    what = ("edit", "archive", "conditions", "conditions?effect=shown_if", "convert", "convert?type=text")
    pages += [f"/settings/fields/{field.pk}/{verb}" for verb in what]
    pages += [f"/settings/roles/{role}", f"/settings/users/{user}", f"/settings/teams/{team}"]
    pages += merging(site)
    lost = []
    for width in (390, 320):
        site.page.set_viewport_size({"width": width, "height": 844})
        for path in pages:
            site.open(path)
            seen = site.page.evaluate(_LOST) + (violations(site.page) if width == 390 else [])
            lost += [f"{width} {path}  {line}" for line in seen]
    assert not lost, "\n".join(lost)
