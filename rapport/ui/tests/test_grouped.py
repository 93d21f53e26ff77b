"""A list in groups: by options, users, teams and months, each with its figures."""

import datetime
import re

import pytest
from django.test import Client

from rapport.core.access import groups
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people.models import Company
from rapport.ui.screens import grouped
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(world: World) -> Client:
    return world.client("ann")


def company(world: World, name: str, who: str = "ann", **values: object) -> Company:
    made: Company = saving.create(world.actor(who), registry.get("company"), {"name": name, **values})
    return made


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def parts(html: str) -> dict[str, str]:
    """What stands in each group, by its heading."""
    found = re.findall(r"<details class=\"group-part\".*?</details>", html, re.S)
    return {re.findall(r"<h2[^>]*>([^<]*)", part)[0]: part for part in found}


def test_it_works(world: World, browser: Client) -> None:
    company(world, "Hexa", industry="retail", revenue="100 EUR")
    company(world, "Octa", industry="retail", revenue="50 EUR")
    company(world, "Bare")
    found = parts(page(browser, "/companies?show=groups&by=industry&sum=revenue"))
    assert list(found) == ["Retail", "None"], "groups without records are left out"
    assert "Hexa" in found["Retail"] and "Octa" in found["Retail"] and "Bare" in found["None"]
    assert 'data-n="2"' in found["Retail"] and "€150" in found["Retail"]


def test_users_teams_and_months_are_groups(world: World) -> None:
    browser = world.client("ada")
    company(world, "Hexa", owner=world.ann.pk)
    company(world, "Octa", who="eve", owner=world.eve.pk)
    found = parts(page(browser, "/companies?show=groups&by=owner"))
    assert "Hexa" in found["Ann Archer"] and "Octa" in found["Eve Ellis"] and len(found) == 2
    assert set(parts(page(browser, "/companies?show=groups&by=team"))) == {"Alpha", "Beta"}
    Company.objects.filter(title="Hexa").update(created_at=datetime.datetime(2026, 1, 31, 23, 30, tzinfo=datetime.UTC))
    with clock.as_of(datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)):
        Company.objects.filter(title="Octa").update(created_at=clock.now())
        found = parts(page(browser, "/companies?show=groups&by=created_at"))
    assert list(found) == ["March 2026", "January 2026"] and "Hexa" in found["January 2026"]


def test_months_are_those_of_the_reader(world: World, browser: Client) -> None:
    company(world, "Hexa")
    Company.objects.update(created_at=datetime.datetime(2026, 1, 31, 23, 30, tzinfo=datetime.UTC))
    world.ann.time_zone = "Europe/Berlin"
    world.ann.save()
    assert list(parts(page(browser, "/companies?show=groups&by=created_at"))) == ["February 2026"]


def test_a_long_list_brings_its_rows_when_a_group_is_opened(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "SAMPLE", 2)
    monkeypatch.setattr(grouped, "ROWS", 1)
    for name, industry in (("A", "retail"), ("B", "retail"), ("C", "food")):
        company(world, f"Shop {name}", industry=industry)
    html = page(browser, "/companies?show=groups&by=industry&sort=title")
    found = parts(html)
    assert "Shop A" in found["Retail"] and "Shop B" not in found["Retail"] and "Shop C" not in html
    assert " open" in found["Retail"][:60] and " open" not in found["Food"][:60] and "intersect once" in found["Food"]
    urls = {label: re.findall(r'hx-get="(/companies/groups/more[^"]+)"', part)[0] for label, part in found.items()}
    assert "Shop C" in page(browser, urls["Food"].replace("&amp;", "&"))
    more = page(browser, urls["Retail"].replace("&amp;", "&"))
    assert "Shop B" in more and "Shop A" not in more
    (url,) = re.findall(r'hx-get="(/companies/groups/figures[^"]+)"', html)
    told = page(browser, url.replace("&amp;", "&"))
    assert re.search(r'id="figures-retail"[^>]*><span class="n" data-n="2">', told)


def test_figures_of_months_and_users_of_a_long_list(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(world, "Hexa", owner=world.ann.pk)
    Company.objects.update(created_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC))
    told = page(browser, "/companies/groups/figures?show=groups&by=created_at")
    assert re.search(r'id="figures-2026-01"[^>]*><span class="n" data-n="1">', told)
    told = page(browser, "/companies/groups/figures?show=groups&by=updated_at")
    assert told.count('data-n="1"') == 1
    told = page(browser, "/companies/groups/figures?show=groups&by=owner")
    assert re.search(rf'id="figures-{world.ann.pk}"[^>]*><span class="n" data-n="1">', told)
    birthdays = page(browser, "/people/groups/figures?show=groups&by=birthday")
    assert 'id="figures--"' in birthdays


def test_a_group_that_is_not_there_is_told(browser: Client) -> None:
    assert browser.get("/companies/groups/more?show=groups&by=owner&group=999").status_code == 400
    assert browser.get("/companies/groups/figures").status_code == 400
    assert browser.get("/companies?show=groups&by=name").status_code == 400
    assert "Nothing matches" in page(browser, "/companies?show=groups&by=owner")
