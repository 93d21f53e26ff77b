"""Merging on screen: side by side, with a choice for each field."""

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from tests import house
from tests.world import World


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    """Ada's."""
    client.force_login(world.ada)
    return client


@pytest.fixture
def ids(world: World) -> tuple[int, int]:
    """Two people to be merged."""
    ada = Actor.of(world.ada)
    one = house.a_person(ada, email="mia@berg.example", job_title="Head", tags=["vip"])
    return one.pk, house.a_person(ada, "Maria", email="m@berg.example", job_title="Chief", tags=["fair"]).pk


def test_it_works(browser: Client, ids: tuple[int, int]) -> None:
    one, other = ids
    page = browser.get(f"/people/merge?ids={one}&ids={other}&keep={one}").content.decode()
    assert "Keep this one" in page
    assert f'name="pick.job_title" value="{other}"' in page
    answer = browser.post("/people/merge", {"ids": ids, "keep": one, "pick.job_title": other})
    assert answer["Location"] == f"/people/{one}"
    page = browser.get(f"/people/{one}").content.decode()
    assert "Chief" in page
    assert "records are one now" in page


def test_the_fullest_one_stays_unless_another_is_chosen(browser: Client, ids: tuple[int, int]) -> None:
    one, other = ids
    assert f'name="keep" value="{one}"' in browser.get(f"/people/merge?ids={other}&ids={one}").content.decode()


def test_a_stale_page_merges_nothing(browser: Client, ids: tuple[int, int], world: World) -> None:
    one, other = ids
    given = {"ids": ids, "keep": one, f"version.{other}": 7}
    answer = browser.post("/people/merge", given)
    assert answer.status_code == 409
    assert "changed while you were looking" in answer.content.decode()
    assert house.person().model.objects.get(pk=other).live


@pytest.mark.parametrize("query", ["", "ids=1", "ids=x&ids=y", "ids=1&ids=2&ids=3&ids=4&ids=5"])
def test_what_is_no_selection_is_said(browser: Client, query: str) -> None:
    assert browser.get(f"/people/merge?{query}").status_code == 400


def test_records_one_may_not_see_are_not_there(browser: Client, ids: tuple[int, int]) -> None:
    assert browser.get(f"/people/merge?ids={ids[0]}&ids=999999").status_code == 404


def test_who_may_not_trash_sees_no_page(world: World, client: Client, ids: tuple[int, int]) -> None:
    client.force_login(world.ray)
    assert client.get(f"/people/merge?ids={ids[0]}&ids={ids[1]}").status_code == 403
    assert client.get(f"/people/{ids[0]}/merge").status_code == 403


def test_whom_to_merge_with_is_found_by_number_or_name(browser: Client, ids: tuple[int, int]) -> None:
    one, other = ids
    place = f"/people/merge?ids={one}&ids={other}"
    assert browser.get(f"/people/{one}/merge").status_code == 200
    assert browser.post(f"/people/{one}/merge", {"with": other})["Location"] == place
    assert browser.post(f"/people/{one}/merge", {"with_text": "maria berg"})["Location"] == place
    assert browser.post(f"/people/{one}/merge", {"with": one}).status_code == 422


def test_a_selection_leads_to_the_page(browser: Client, ids: tuple[int, int]) -> None:
    answer = browser.post("/people/bulk", {"do": "merge", "ids": ids})
    assert answer["Location"].startswith(f"/people/merge?ids={ids[0]}&ids={ids[1]}")
    assert browser.post("/people/bulk", {"do": "merge", "ids": ids[:1]})["Location"] == "/people"


def test_nobody_is_led_to_another_house(browser: Client, ids: tuple[int, int]) -> None:
    given = {"ids": ids, "keep": ids[0], "back": "https://elsewhere.example/"}
    assert browser.post("/people/merge", given)["Location"] == f"/people/{ids[0]}"
