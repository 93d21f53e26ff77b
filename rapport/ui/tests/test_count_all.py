"""“Count all” in the foot of a long list: exact figures, a second at a time, and a count that nobody can make up."""

import re
from html import unescape

import pytest
from django.test import Client

from rapport.core.access import pages, sums, tallies
from rapport.core.objects import registry, saving
from rapport.core.views.models import View
from tests.world import World

pytestmark = pytest.mark.django_db
FOOT = "columns=revenue,industry&sums=revenue.sum,industry.count"


@pytest.fixture
def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(sums, "MOST_SUMMED", 2)
    for number in range(5):
        given = {"name": f"Shop {number}", "revenue": f"{number}00 EUR", "industry": "retail" if number else ""}
        saving.create(world.actor("ann"), registry.get("company"), given)
    return world.client("ann")


def state_of(html: str) -> str:
    found = re.findall(r'hx-vals=.{"state": "([^"]+)"', unescape(html))
    return found[0] if found else ""


def test_it_works(browser: Client) -> None:
    html = browser.get(f"/companies/sums?{FOOT}").content.decode()
    assert "Of the first" in html and "Count all" in html and "€1,000" not in html
    html = browser.post(f"/companies/sums/all?{FOOT}").content.decode()
    assert "Of all that match" in html and "€1,000" in html and "Count all" not in html and not state_of(html)


def test_it_goes_on_until_the_end_and_can_be_stopped(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "STRETCH", 1)
    clocks = iter(range(100))
    monkeypatch.setattr(tallies, "monotonic", lambda: next(clocks))
    html, state, steps = "", "", 0
    while steps < 10 and (not html or state):
        html = browser.post(f"/companies/sums/all?{FOOT}", {"state": state}).content.decode()
        state = state_of(html)
        steps += 1
        assert not state or ("Counted:" in html and "Stop" in html and "€" not in html)
    assert steps > 3 and "€1,000" in html


def test_the_count_of_another_list_is_refused(browser: Client, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    clocks = iter(range(100))
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "STRETCH", 1)
        patch.setattr(tallies, "monotonic", lambda: next(clocks))
        state = state_of(browser.post(f"/companies/sums/all?{FOOT}").content.decode())
    assert state
    for client, url in ((browser, f"{FOOT}&industry=retail"), (world.client("bob"), FOOT)):
        assert client.post(f"/companies/sums/all?{url}", {"state": state}).status_code == 400
    assert browser.post(f"/companies/sums/all?{FOOT}", {"state": state + "x"}).status_code == 400
    assert browser.post(f"/companies/sums/all?{FOOT}", {"state": state}).status_code == 200


def test_a_view_keeps_the_figures_of_its_foot(browser: Client, world: World) -> None:
    browser.post("/companies/views", {"name": "Filled", "in.sums": "revenue.avg,industry.filled"})
    view = View.objects.get()
    assert (view.show, view.details) == ("", {"sums": "revenue.avg,industry.filled"})
    html = browser.get(f"/companies?view={view.pk}").content.decode()
    assert "Unsaved changes" not in html and "sums=revenue.avg%2Cindustry.filled" in html
    assert "Unsaved changes" in browser.get(f"/companies?view={view.pk}&sums=revenue.sum").content.decode()
    role = world.ann.role
    assert role is not None
    role.field_rules = {"company": {"revenue": "hidden"}}
    role.save()
    html = world.client("ann").get(f"/companies?view={view.pk}").content.decode()
    assert "sums=industry.filled" in html and "left out" not in html


def test_an_order_that_a_long_list_cannot_have_is_said(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    html = browser.get("/companies?sort=industry").content.decode()
    assert "Not sorted by" not in html
    monkeypatch.setattr(pages, "MOST_SORTED", 1)
    html = browser.get("/companies?sort=industry").content.decode()
    assert "Not sorted by Industry" in html and "The list stands by" in html
    assert "Sorted by Name alone" in browser.get("/companies?sort=title,industry").content.decode()
