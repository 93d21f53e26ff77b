"""The board tells nobody what their role hides, and overwrites nothing that others wrote meanwhile."""

import datetime

import pytest

from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.models import Deal
from rapport.sales.deals.panels import deals_of
from tests import house

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def deal(ann):
    company = saving.create(ann, registry.get("company"), {"name": "Hexa"})
    values = {"name": "Fleet tracking", "company": company.pk, "amount": Amount(10_000, "EUR")}
    made = saving.create(ann, registry.get("deal"), values)
    add_task(ann, TaskInput("Secret plan", (made.pk,), Due.at_moment(clock.now() + DAY * 2, ann.time_zone)))
    return made


@pytest.fixture
def reader(world):
    """Makes the browser of somebody whose role sees no tasks, and hides some fields of deals."""

    def browser(*hidden, filters=None):
        levels = {**house.levels("all"), "task": dict.fromkeys(house.levels("all")["*"], "none")}
        rules = {"deal": dict.fromkeys(hidden, "hidden")}
        role = house.role("Reader", levels=levels, field_rules=rules, filters=filters or {})
        world.roles[role.key] = role
        world.rita = world.add("Rita Reader", role.key, world.alpha)
        return world.client("rita")

    return browser


def test_it_works(reader, deal):
    """Who sees no tasks learns that something is planned, not what."""
    browser = reader()
    for address in ("/deals", f"/deals/{deal.pk}"):
        page = browser.get(address).content.decode()
        assert "Secret plan" not in page and "An activity · " in page, address


def test_hidden_fields_are_on_no_card_and_in_no_figure(reader, deal):
    page = reader("next_step_at", "weighted").get("/deals").content.decode()
    assert "€100" in page and "€10<" not in page and "Weighted" not in page
    assert "An activity" not in page and "No next step" not in page and "stepbar" not in page


def test_the_age_of_a_card_is_hidden_with_its_stage_date(reader, deal):
    Deal.objects.update(stage_at=clock.now() - DAY * 90)
    browser = reader("stage_at")
    assert "Nothing happened for too long" not in browser.get("/deals").content.decode()
    page = browser.get(f"/deals/{deal.pk}").content.decode()
    assert "90 d" not in page.split('class="stagebar"')[1].split("</ol>")[0]


def test_who_sees_no_stages_gets_no_board(reader, deal):
    assert reader("stage").get("/deals/board").status_code == 403


def test_home_tells_no_hidden_names_and_steps(world, reader, deal):
    browser = reader("name")
    Deal.objects.update(owner=world.rita, next_step_by=clock.now() - DAY, next_step_at=clock.now() - DAY)
    part = browser.get("/").content.decode().split('class="deal-lines"')[1].split("</ul>")[0]
    assert "An activity was due" in part and "Fleet tracking" not in part and "Secret plan" not in part


def test_conditions_of_a_role_narrow_home_before_it_is_cut(world, reader, deal, monkeypatch):
    monkeypatch.setattr("rapport.sales.deals.home.MOST", 1)
    browser = reader(filters={"deal": {"all": [{"field": "source", "operator": "is", "value": "Fair"}]}})
    first = saving.create(world.actor("ada"), registry.get("deal"), {"name": "Other", "company": deal.company_id})
    wanted = {"name": "At the fair", "company": deal.company_id, "source": "Fair"}
    second = saving.create(world.actor("ada"), registry.get("deal"), wanted)
    Deal.objects.filter(pk__in=[first.pk, second.pk]).update(owner=world.rita, team=world.alpha)
    part = browser.get("/").content.decode().split('class="deal-lines"')[1].split("</ul>")[0]
    assert "At the fair" in part and "Other" not in part


def test_a_panel_tells_no_hidden_name(world, reader, deal):
    reader("name")
    (row,) = deals_of(world.actor("rita"), "company", deal.company_id)
    assert row.title == "Deal"


def test_the_drawer_keeps_what_others_wrote_meanwhile(world, ann, deal):
    browser = world.client("ann")
    asked = browser.post(f"/deals/{deal.pk}/move", {"to": "won", "was": "qualified"}, **HTMX).content.decode()
    version = asked.split('name="version" value="')[1].split('"')[0]
    saving.update(ann, registry.get("deal"), deal.pk, {"outcome_note": "Theirs", "source": "Fair"})
    said = {"to": "won", "was": "qualified", "said": "1", "version": version, "closed_on": "", "outcome_note": ""}
    told = browser.post(f"/deals/{deal.pk}/move", {**said, "outcome_note": "Mine"}, **HTMX)
    assert told.status_code == 409 and "Theirs" in told.content.decode()
    assert browser.post(f"/deals/{deal.pk}/move", said, **HTMX).status_code == 204
    won = Deal.objects.get(pk=deal.pk)
    assert (won.status, won.outcome_note) == ("won", "Theirs")


def test_a_card_dropped_below_one_that_has_gone_has_moved_all_the_same(world, deal):
    answer = world.client("ann").post(
        f"/deals/{deal.pk}/move", {"to": "proposal", "was": "qualified", "above": "999999"}, **HTMX
    )
    assert answer.status_code == 204 and "/undo" in answer.headers["HX-Trigger"]
    assert Deal.objects.get(pk=deal.pk).stage == "proposal"
