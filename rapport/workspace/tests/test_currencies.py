"""Settings → Workspace → Currencies."""

import pytest

from rapport.core.money_rates.adding import all_rates
from rapport.core.objects import registry, saving
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "/settings/currencies"


def test_it_works(world: World) -> None:
    browser = world.client("ada")
    assert "There are no rates yet" in browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, {"currency": "USD", "rate": "0.925", "on": "2026-11-23"})
    assert answer.status_code == 303
    assert "1 USD = 0.925 EUR (23 Nov 2026)" in browser.get(PAGE).content.decode()
    browser.post(PAGE, {"remove": "USD"})
    assert all_rates() == {}


def test_a_refused_rate_keeps_what_was_typed(world: World) -> None:
    answer = world.client("ada").post(PAGE, {"currency": "USD", "rate": "much", "on": "someday"})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="much"' in html and "Enter the day of the rate." in html


def test_only_administrators_see_it(world: World) -> None:
    assert world.client("ann").get(PAGE).status_code == 403


def test_a_board_adds_by_rates_and_shows_them(world: World) -> None:
    ada, browser = world.actor("ada"), world.client("ada")
    for name, revenue in (("Hexa", "100 EUR"), ("Octa", "10 USD")):
        saving.create(ada, registry.get("company"), {"name": name, "industry": "retail", "revenue": revenue})
    for show in ("board", "groups"):
        html = browser.get(f"/companies?show={show}&by=industry&sum=revenue").content.decode()
        assert "€100.00 · $10.00" in html and "Not added up: no rate for USD." in html
    browser.post(PAGE, {"currency": "USD", "rate": "0.5", "on": "2026-11-23"})
    for show in ("board", "groups"):
        html = browser.get(f"/companies?show={show}&by=industry&sum=revenue").content.decode()
        assert "≈ €105.00" in html and "1 USD = 0.5 EUR (23 Nov 2026)" in html
