"""Segments on screen: many records into one, its page, and its list."""

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core.segments.models import Segment
from rapport.segments.tests.making import a_segment, count, put
from tests import house
from tests.world import World


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    """Ada's."""
    client.force_login(world.ada)
    return client


def test_it_works(browser: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    mia, ole = house.a_person(ada), house.a_person(ada, "Ole")
    page = browser.post("/people/bulk", {"do": "segment", "ids": [mia.pk, ole.pk]}).content.decode()
    assert "Selected records: 2" in page and "/segments/choose/person?new=1" in page
    browser.post("/people/bulk", {"do": "segment", "ids": [mia.pk, ole.pk], "segment_text": "Fair", "save": "1"})
    segment = Segment.objects.get(title="Fair")
    assert segment.member_count == 2
    page = browser.get(f"/people?segments={segment.pk}").content.decode()
    assert "Segment is Fair" in " ".join(page.split()) or "Fair" in page
    assert f"/segments/{segment.pk}/linked/person/segments" in page
    page = browser.get(f"/segments/{segment.pk}").content.decode()
    assert "Ole Berg" in page and f"/people?segments={segment.pk}" in page
    assert "Fair" in browser.get(f"/people/{mia.pk}").content.decode()


def test_all_that_a_list_shows_go_in_and_out(browser: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    segment, mia = a_segment(ada), house.a_person(ada)
    given = {"all": "1", "in.q": "Mia", "segment": str(segment.pk), "save": "1"}
    browser.post("/people/bulk", {"do": "segment", **given})
    assert count(segment) == 1
    page = browser.post("/people/bulk", {"do": "segment", "all": "1", "in.segments": str(segment.pk)})
    assert 'value="Christmas mailing"' in page.content.decode()
    browser.post("/people/bulk", {"do": "unsegment", **given})
    assert count(segment) == 0 and mia.live


@pytest.mark.parametrize("text", ["", "No such segment"])
def test_what_is_no_segment_is_said(browser: Client, world: World, text: str) -> None:
    mia = house.a_person(Actor.of(world.ada))
    given = {"do": "unsegment", "ids": [mia.pk], "segment_text": text, "save": "1"}
    answer = browser.post("/people/bulk", given)
    assert answer.status_code == 422 and "egment" in answer.content.decode()


def test_segments_of_the_object_alone_are_offered(browser: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    a_segment(ada, "Fair"), a_segment(ada, "Fair of companies", "company")
    page = browser.get("/segments/choose/person?q=fai&new=1").content.decode()
    assert "Fair" in page and "Fair of companies" not in page
    assert "Create" in page and "Create" not in browser.get("/segments/choose/person?q=fai").content.decode()
    assert browser.get("/segments/choose/note").status_code == 404


def test_people_are_added_and_removed_on_the_page(browser: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    segment, mia = a_segment(ada), house.a_person(ada)
    url = f"/segments/{segment.pk}/linked/person/segments"
    browser.post(url, {"add": str(mia.pk)})
    assert count(segment) == 1
    browser.post(url, {"remove": str(mia.pk)})
    assert count(segment) == 0


def test_nothing_tells_of_a_segment_that_its_reader_does_not_see(client: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    segment, mia = a_segment(ada, "Redundancies"), house.a_person(ada)
    put(ada, segment, mia)
    role = world.ann.role
    role.levels = {"*": {**house.FULL}, "segment": dict.fromkeys(house.FULL, "none")}
    role.save()
    client.force_login(world.ann)
    for path in (f"/people?segments={segment.pk}", f"/people/{mia.pk}", "/segments/choose/person?q=red", "/people"):
        page = client.get(path)
        assert page.status_code == 200 and "Redundancies" not in page.content.decode(), path
    assert client.get(f"/segments/{segment.pk}").status_code == 404
