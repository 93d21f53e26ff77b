"""The board of deals: columns with their sums, cards that move with what their stage asks for, and keep their order."""

import datetime

import pytest

from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.definitions import loading
from rapport.core.errors import NotFound
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.actions import move_deal, place_deal, win_deal
from rapport.sales.deals.board import bar, draw, more
from rapport.sales.deals.board_cards import age
from rapport.sales.deals.models import Deal
from rapport.sales.deals.step_words import Clocks, step_words
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import Stage

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def browser(world):
    return world.client("ann")


@pytest.fixture
def company(ann):
    return saving.create(ann, registry.get("company"), {"name": "Hexa Logistics"})


@pytest.fixture
def make(ann, company):
    def deal(name, amount=100_000, currency="EUR", **more):
        values = {"name": name, "company": company.pk, "amount": Amount(amount, currency), **more}
        return saving.create(ann, registry.get("deal"), values)

    return deal


def column(actor, stage="qualified", pairs=()):
    return next(one for one in draw(actor, list(pairs))["columns"] if one["stage"].key == stage)


def order(stage="qualified"):
    return list(Deal.objects.filter(stage=stage).order_by("place", "record").values_list("title", flat=True))


def test_it_works(browser, make):
    make("Fleet tracking", 2_450_000)
    page = browser.get("/deals").content.decode()
    assert 'data-lane="qualified"' in page and "Fleet tracking" in page and "Hexa Logistics" in page
    assert "€24,500" in page and "€2,450" in page and "No next step" in page


def test_a_list_with_conditions_or_of_the_table_is_no_board(browser, make):
    make("Fleet tracking")
    for address in ("/deals?show=table", "/deals?status=open", "/deals?sort=title"):
        page = browser.get(address).content.decode()
        assert "data-lane" not in page and "Fleet tracking" in page, address


def test_a_column_tells_its_count_sums_and_next_steps(ann, make):
    first, _second = make("A", 100_000), make("B", 50_050)
    add_task(ann, TaskInput("Call", (first.pk,), Due.at_moment(clock.now() + DAY * 3, ann.time_zone)))
    found = column(ann)
    assert (found["sum"].count, found["worth"].text, found["weight"].text) == (2, "€1,500.50", "€150.05")
    assert bar(found["sum"]) == [("amber", 0.0, 50.0), ("blue", 50.0, 50.0)]


def test_a_currency_without_a_rate_is_said_and_not_added(ann, make):
    make("A", 100_000), make("B", 50_000, "CHF")
    assert column(ann)["worth"].text == "CHF\xa0500 · €1,000"


def test_the_filter_of_the_list_is_that_of_columns_and_totals(ann, make):
    make("A", 100_000, source="Fair"), make("B", 50_000), win_deal(ann, make("C", 70_000, source="Fair").pk)
    drawn = draw(ann, [("source.is", "Fair")])
    assert drawn["columns"][0]["sum"].count == 1
    assert [told.text for _label, told in drawn["totals"]] == ["€1,000", "€100", "€700"]


def test_more_cards_come_when_they_are_asked_for(browser, ann, make, monkeypatch):
    monkeypatch.setattr("rapport.sales.deals.board.CARDS", 2)
    for name in "ABCDE":
        make(name)
    seen, url = [], column(ann)["more_url"]
    while url:
        page = browser.get(url, **HTMX).content.decode()
        seen += [part.split("<")[0] for part in page.split('draggable="false">')[1:] if part[0].isalpha()]
        url = page.split('hx-get="/deals/board/more')[1].split('"')[0] if "board/more" in page else ""
        url = f"/deals/board/more{url}".replace("&amp;", "&") if url else ""
    assert [one for one in seen if len(one) == 1] == ["C", "B", "A"]


def test_a_card_keeps_the_place_that_it_was_given(ann, make):
    a, b, c = make("A"), make("B"), make("C")
    place_deal(ann, a.pk, None)
    place_deal(ann, c.pk, b.pk)
    assert order() == ["A", "B", "C"]
    for _ in range(60):  # there is always room between two
        place_deal(ann, c.pk, a.pk)
        place_deal(ann, b.pk, a.pk)
    assert order() == ["A", "B", "C"]
    with pytest.raises(NotFound):
        place_deal(ann, c.pk, move_deal(ann, b.pk, "proposal").pk)


def test_a_hidden_deal_tells_neither_its_stage_nor_its_place(world, ann, make):
    hidden = make("Hidden")
    eve = world.actor("eve")
    person = saving.create(eve, registry.get("person"), {"last_name": "Berg"})
    own = saving.create(eve, registry.get("deal"), {"name": "Own", "person": person.pk, "amount": Amount(1, "EUR")})
    with pytest.raises(NotFound):
        place_deal(eve, own.pk, hidden.pk)
    Deal.objects.filter(pk=own.pk).update(place=-1e12)
    stage = reading.current().stages["qualified"]
    assert "Own" in more(eve, stage, hidden.pk, [])["cards"]


def test_moving_a_card(browser, make):
    deal = make("A")
    answer = browser.post(f"/deals/{deal.pk}/move", {"to": "proposal", "was": "qualified"}, **HTMX)
    assert answer.status_code == 204 and "moved to Proposal" in answer.headers["HX-Trigger"]
    assert "/undo" in answer.headers["HX-Trigger"]
    assert order("proposal") == ["A"]


def test_two_who_move_the_same_card_do_not_overwrite_each_other(browser, ann, make):
    deal = make("A")
    move_deal(ann, deal.pk, "discovery")
    answer = browser.post(f"/deals/{deal.pk}/move", {"to": "proposal", "was": "qualified"}, **HTMX)
    assert answer.status_code == 409
    assert order("discovery") == ["A"]


def test_a_stage_that_asks_for_a_field_asks_for_just_that(browser, make):
    Stage.objects.filter(key="proposal").update(required=["closes_on"])
    loading.renew()
    deal = make("A")
    asked = browser.post(f"/deals/{deal.pk}/move", {"to": "proposal", "was": "qualified"}, **HTMX)
    assert asked.status_code == 200 and asked.headers["HX-Retarget"] == "#drawer"
    assert 'name="closes_on"' in asked.content.decode() and order("proposal") == []
    said = {"to": "proposal", "was": "qualified", "said": "1", "closes_on": "2027-01-15"}
    assert browser.post(f"/deals/{deal.pk}/move", said, **HTMX).status_code == 204
    assert Deal.objects.get(pk=deal.pk).closes_on == datetime.date(2027, 1, 15)


def test_a_deal_is_not_lost_without_a_reason(browser, make):
    deal = make("A")
    said = {"to": "lost", "was": "qualified", "said": "1"}
    refused = browser.post(f"/deals/{deal.pk}/move", said, **HTMX)
    assert refused.status_code == 422 and 'name="lost_reason"' in refused.content.decode()
    assert browser.post(f"/deals/{deal.pk}/move", {**said, "lost_reason": "price"}, **HTMX).status_code == 204
    assert Deal.objects.get(pk=deal.pk).status == "lost"


def test_winning_asks_for_the_day_the_amount_and_a_note(browser, make):
    deal = make("A")
    page = browser.post(f"/deals/{deal.pk}/move", {"to": "won", "was": "qualified"}, **HTMX).content.decode()
    assert all(f'name="{name}' in page for name in ("closed_on", "amount", "outcome_note"))


def test_a_move_works_without_scripts(browser, make):
    deal = make("A")
    assert 'value="won"' in browser.get(f"/deals/{deal.pk}/move").content.decode()
    assert browser.post(f"/deals/{deal.pk}/move", {"to": "proposal"}).status_code == 302
    assert order("proposal") == ["A"]


def test_the_stamp_tells_that_somebody_else_has_moved_something(browser, ann, make):
    deal = make("A")
    before = browser.get("/deals/board/stamp").content
    with clock.as_of(clock.now() + DAY):
        move_deal(ann, deal.pk, "proposal")
    assert browser.get("/deals/board/stamp").content != before


def test_cards_of_others_are_not_shown_and_not_moved(world, make):
    deal = make("Secret deal")
    other = world.client("eve")  # of another team
    assert "Secret deal" not in other.get("/deals").content.decode()
    assert other.post(f"/deals/{deal.pk}/move", {"to": "proposal"}).status_code == 404


def test_the_age_of_a_card_is_told_when_it_stands_too_long(ann):
    now, stage = clock.now(), reading.current().stages["proposal"]  # usual: 14 days, rots after 21
    assert age(now - DAY * 10, None, stage, now) is None
    assert age(now - DAY * 16, None, stage, now) == (16, False)
    assert age(now - DAY * 26, None, stage, now) == (26, True)
    assert age(now - DAY * 26, now - DAY, stage, now) == (26, False)


def test_next_steps_in_words(ann):
    clocks = Clocks.of(ann)
    assert step_words("", None, None, clocks) == "No next step"
    late = clocks.now - DAY
    assert step_words("Call", late, late, clocks) == "Call was due yesterday"
    soon = clocks.now + DAY
    assert step_words("Call", soon, soon, clocks) == "Call · tomorrow"


def test_planning_the_next_step_and_being_asked_when_it_is_done(browser, ann, make):
    deal = make("A")
    assert "What comes next?" in browser.get(f"/deals/{deal.pk}/next-step").content.decode()
    assert browser.post(f"/deals/{deal.pk}/next-step", {"choice": "call"}, **HTMX).status_code == 204
    step = Deal.objects.get(pk=deal.pk)
    assert step.next_step == "Call Hexa Logistics"
    task = registry.get("task").model.objects.get(title=step.next_step)
    done = browser.post(f"/tasks/{task.pk}/done", {"done": "1"}, **HTMX)
    assert f"/deals/{deal.pk}/next-step?after=1" in done.headers["HX-Trigger"]


def test_nobody_is_asked_while_something_is_planned_or_the_deal_is_closed(browser, ann, make):
    deal = make("A")
    first, second = (
        add_task(ann, TaskInput(name, (deal.pk,), Due.at_moment(clock.now() + DAY, ann.time_zone))) for name in "XY"
    )
    assert "drawer:ask" not in browser.post(f"/tasks/{first.pk}/done", {"done": "1"}, **HTMX).headers["HX-Trigger"]
    win_deal(ann, deal.pk)
    assert "drawer:ask" not in browser.post(f"/tasks/{second.pk}/done", {"done": "1"}, **HTMX).headers["HX-Trigger"]


def test_home_shows_own_deals_without_a_next_step(browser, make):
    make("Lonely deal")
    page = browser.get("/").content.decode()
    assert "Lonely deal" in page and "Deals that need a next step" in page
