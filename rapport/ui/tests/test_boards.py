"""The board of any object: columns, cards, figures, and moving a card."""

import json
import re

import pytest
from django.test import Client

from rapport.core.access import groups
from rapport.core.objects import registry, saving
from rapport.core.views.models import View
from rapport.people.models import Company
from rapport.ui.screens import boards
from tests.world import World

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BOARD = "/companies?view=board&by=industry"


@pytest.fixture
def browser(world: World) -> Client:
    return world.client("ann")


def company(world: World, name: str, who: str = "ann", **values: str) -> Company:
    made: Company = saving.create(world.actor(who), registry.get("company"), {"name": name, **values})
    return made


def lane(html: str, key: str) -> str:
    """What stands in a column."""
    return html.partition(f'data-lane="{key}"')[2].partition("</section>")[0]


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_it_works(world: World, browser: Client) -> None:
    company(world, "Hexa", industry="retail", revenue="100 EUR", size="1-10")
    company(world, "Polar", industry="food", revenue="5 USD")
    company(world, "Bare")
    html = page(browser, BOARD + "&sum=revenue")
    assert "Hexa" in lane(html, "retail") and "1–10" in lane(html, "retail") and "€100" in lane(html, "retail")
    assert "Polar" in lane(html, "food") and "Hexa" not in lane(html, "food")
    assert 'data-n="1"' in lane(html, "food") and 'data-n="0"' in lane(html, "health")
    assert "Bare" in lane(html, ""), "what has no value stands in a column of its own"
    assert 'aria-current="true"' in html and "figures?" in html


def test_a_column_for_none_is_shown_where_a_record_has_none(world: World, browser: Client) -> None:
    company(world, "Hexa", industry="retail")
    assert 'data-lane=""' not in page(browser, BOARD)


def test_a_card_is_moved_and_the_move_is_taken_back(world: World, browser: Client) -> None:
    hexa = company(world, "Hexa", industry="retail")
    given = {"by": "industry", "to": "food", "was": "retail", "in": "show=board&by=industry"}
    answer = browser.post(f"/companies/{hexa.pk}/card", given, headers=HTMX)
    assert answer.status_code == 204 and "card:moved" in answer.headers["HX-Trigger"]
    told = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert told["text"] == "“Hexa” moved to Food"
    hexa.refresh_from_db()
    assert hexa.industry == "food"
    browser.post(told["undo"], headers=HTMX)
    hexa.refresh_from_db()
    assert hexa.industry == "retail"
    without_script = browser.post(f"/companies/{hexa.pk}/card", given)
    assert without_script.headers["Location"] == "/companies?show=board&by=industry"


def test_two_who_move_the_same_card_do_not_overwrite_each_other(world: World, browser: Client) -> None:
    hexa = company(world, "Hexa", industry="health")
    answer = browser.post(f"/companies/{hexa.pk}/card", {"by": "industry", "to": "food", "was": "retail"}, headers=HTMX)
    assert answer.status_code == 409 and "Health" in answer.headers["HX-Trigger"]
    hexa.refresh_from_db()
    assert hexa.industry == "health"


def test_where_a_card_can_go_is_a_page_without_script(world: World, browser: Client) -> None:
    hexa = company(world, "Hexa", industry="retail")
    html = page(browser, f"/companies/{hexa.pk}/card?by=industry&in=show%3Dboard")
    assert "Move to “Food”" in html and "Move to “Retail”" not in html and 'href="/companies?show=board"' in html
    assert browser.get(f"/companies/{hexa.pk}/card?by=name").status_code == 400
    assert browser.post(f"/companies/{hexa.pk}/card", {"by": "industry", "to": "nothing"}).status_code == 400


def test_who_may_not_change_a_record_sees_why(world: World) -> None:
    hexa = company(world, "Hexa", industry="retail")
    ray = world.client("ray")
    html = page(ray, BOARD)
    assert "Your role does not let you change this." in html and "data-movable" not in html
    assert ray.post(f"/companies/{hexa.pk}/card", {"by": "industry", "to": "food"}).status_code == 403
    role = world.ann.role
    assert role is not None
    role.field_rules = {"company": {"industry": "read_only"}}
    role.save()
    ann = world.client("ann")
    assert "but not change it" in page(ann, BOARD)
    assert ann.post(f"/companies/{hexa.pk}/card", {"by": "industry", "to": "food"}).status_code == 403


def test_a_hidden_field_makes_no_board(world: World) -> None:
    role = world.ann.role
    assert role is not None
    role.field_rules = {"company": {"industry": "hidden", "revenue": "hidden"}}
    role.save()
    ann = world.client("ann")
    answer = ann.get(BOARD)
    assert answer.status_code == 400 and "not understood" in answer.content.decode()
    assert ann.get("/companies?show=board&by=size&sum=revenue").status_code == 400
    assert 'data-lane="1-10"' in page(ann, "/companies?show=board")


def test_an_address_shows_everybody_only_their_own(world: World) -> None:
    for user, title in (("ann", "Anna"), ("eve", "Evelyn")):
        saving.create(world.actor(user), registry.get("person"), {"first_name": title})
    role = world.eve.role
    assert role is not None
    role.levels = {"*": dict.fromkeys(("view", "create", "edit", "trash", "export", "import"), "own")}
    role.save()
    html = page(world.client("eve"), "/people?view=board&by=lifecycle")
    assert "Evelyn" in lane(html, "contact") and "Anna" not in html and 'data-n="1"' in lane(html, "contact")


def test_more_cards_come_by_key(world: World, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "CARDS", 2)
    for number in range(5):
        company(world, f"Shop {number}", industry="retail")
    html = lane(page(browser, BOARD + "&sort=title"), "retail")
    assert re.findall(r"Shop \d(?=</a>)", html) == ["Shop 0", "Shop 1"] and 'data-n="5"' in html
    assert 'href="/companies?sort=title&amp;industry.any=retail"' in html
    (url,) = re.findall(r'hx-get="(/companies/groups/more[^"]+)"', html)
    more = page(browser, url.replace("&amp;", "&"))
    assert re.findall(r"Shop \d(?=</a>)", more) == ["Shop 2", "Shop 3", "Shop 4"] and "Show more" not in more


def test_a_long_list_is_walked_in_part_and_counted_later(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "SAMPLE", 3)
    for number in range(4):
        company(world, f"Shop {number}", industry="retail", revenue="10 EUR")
    company(world, "Zoo", industry="food")
    html = page(browser, BOARD + "&sort=title&sum=revenue")
    assert "Shop 2" in lane(html, "retail") and "Shop 3" not in html and "Zoo" not in html
    assert 'hx-trigger="load, click"' in lane(html, "food"), "what was not met comes by itself"
    (url,) = re.findall(r'hx-get="(/companies/groups/figures[^"]+)" hx-trigger="load', html)
    told = page(browser, url.replace("&amp;", "&"))
    assert re.search(r'id="figures-retail"[^>]*><span class="n" data-n="4">4</span><span class="total"[^>]*>€40', told)
    monkeypatch.setattr(groups, "COUNT_CAP", 2)
    told = page(browser, url.replace("&amp;", "&"))
    assert re.search(r'id="figures-retail"[^>]*><span class="n">2\+</span>', told) and "narrow the list" in told


def test_without_an_index_counting_ends_somewhere_and_says_so(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        company(world, f"Shop {number}", size="1-10")
    url = "/companies/groups/figures?show=board&by=size"
    assert '<span class="n" data-n="3">3</span>' in page(browser, url)
    monkeypatch.setattr(groups, "MOST_READ", 2)
    assert '<span class="n">3+</span>' in page(browser, url)


def test_what_holds_no_option_any_more_stays_on_the_board(world: World, browser: Client) -> None:
    hexa = company(world, "Hexa", industry="retail")
    Company.objects.filter(pk=hexa.pk).update(industry="mining")
    assert "Hexa" in lane(page(browser, BOARD), "mining")
    assert "Hexa" in page(browser, "/companies?show=groups&by=industry")


def test_filters_and_search_hold_for_the_board(world: World, browser: Client) -> None:
    company(world, "Hexa", industry="retail", size="1-10")
    company(world, "Polar", industry="retail", size="11-50")
    html = page(browser, BOARD + "&size=1-10")
    assert "Hexa" in html and "Polar" not in html and 'data-n="1"' in lane(html, "retail")
    assert "Polar" in page(browser, BOARD + "&q=polar") and "Hexa" not in page(browser, BOARD + "&q=polar")


def test_a_saved_view_opens_as_the_board_it_was(world: World, browser: Client) -> None:
    company(world, "Hexa", industry="retail", size="1-10")
    given = {"name": "By size", "in.show": "board", "in.by": "size", "in.sum": "revenue"}
    browser.post("/companies/views", given)
    view = View.objects.get()
    assert (view.show, view.details) == ("board", {"by": "size", "sum": "revenue"})
    html = page(browser, f"/companies?view={view.pk}")
    assert "Hexa" in lane(html, "1-10") and "Unsaved changes" not in html
    table = page(browser, f"/companies?view={view.pk}&where=%7B%22all%22%3A%5B%5D%7D")
    assert "data-lane" not in table and "Unsaved changes" in table
    assert "Mine" in html and 'href="/companies?owner=me&amp;show=board' not in html
    role = world.ann.role
    assert role is not None
    role.field_rules = {"company": {"size": "hidden"}}
    role.save()
    html = page(world.client("ann"), f"/companies?view={view.pk}")
    assert "data-lane" not in html and "left out" in html


def test_the_trash_is_a_table(browser: Client) -> None:
    assert "data-lane" not in page(browser, "/companies?trash=1&show=board")


def test_an_unknown_look_is_told(browser: Client) -> None:
    answer = browser.get("/companies?show=cloud")
    assert answer.status_code == 400 and "as a board or as a calendar" in answer.content.decode()


def test_an_empty_board_counts_nothing_and_waits_for_nothing(world: World) -> None:
    html = world.client("ann").get("/people?show=board&by=lifecycle").content.decode()
    assert "data-lane=" in html and '<span class="n">…</span>' not in html
