"""Data quality on screen: counts, findings mended on the spot, left, assigned; and who may."""

import datetime

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core.events.models import Act
from rapport.core.quality import running
from rapport.core.quality.models import Finding, QualityDay
from rapport.lib import clock
from tests import house
from tests.world import World

PLACE = "/quality/person/email"


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    """Ada's."""
    client.force_login(world.ada)
    return client


@pytest.fixture
def mia(world: World) -> int:
    """Somebody with a slip in the address, found."""
    made: int = house.a_person(Actor.of(world.ada), email="mia@berg.con").pk
    running.check_all(house.person())
    return made


def page(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def test_it_works(browser: Client, mia: int) -> None:
    assert "Invalid e-mail" in page(browser, "/quality")
    shown = page(browser, PLACE)
    assert "“mia@berg.con” ends in a domain that does not exist." in shown
    assert f'data-row="{mia}"' in shown
    assert 'data-field="email"' in shown


def test_a_field_is_mended_on_the_spot(browser: Client, mia: int) -> None:
    editor = browser.get(f"{PLACE}/{mia}/cell/email", headers={"HX-Request": "true"}).content.decode()
    assert 'value="mia@berg.con"' in editor
    answer = browser.post(f"{PLACE}/{mia}/cell/email", {"email": "mia@berg.example", "version": 1})
    assert "Put right" in answer.content.decode()
    assert "Nothing to do" in page(browser, PLACE)
    assert f'data-row="{mia}"' in browser.get(f"{PLACE}/{mia}/cell/email?shown=1").content.decode()


def test_what_is_still_wrong_says_so(browser: Client, mia: int) -> None:
    answer = browser.post(f"{PLACE}/{mia}/cell/email", {"email": "mia@gmial.com", "version": 1})
    assert "The domain of “mia@gmial.com” is likely a slip of the keys." in answer.content.decode()


def test_a_finding_is_left_and_asked_again(browser: Client, mia: int) -> None:
    assert browser.post(f"{PLACE}/decide", {"leave": mia})["Location"] == PLACE
    assert "Nothing to do" in page(browser, PLACE)
    assert "Left by Ada" in page(browser, f"{PLACE}?left=1")
    row = browser.post(f"{PLACE}/decide", {"again": mia}, headers={"HX-Request": "true"}).content.decode()
    assert f'data-row="{mia}"' in row
    assert "mia@berg.con" in page(browser, PLACE)


def test_many_get_an_owner_at_once(browser: Client, world: World) -> None:
    ada = Actor.of(world.ada)
    ids = [house.a_person(ada, name, owner=None).pk for name in ("Ann", "Bob")]
    running.check_all(house.person())
    assert not Finding.objects.filter(check_key="owner", record_id__in=ids).exclude(gone_at=None).exists()
    browser.post("/quality/person/owner/decide", {"do": "assign", "ids": ids, "owner": world.bob.pk})
    assert "2 records were changed." in page(browser, "/quality/person/owner")
    assert not Finding.objects.filter(check_key="owner", record_id__in=ids, gone_at=None).exists()


def test_a_record_can_be_looked_at_beside_the_findings(browser: Client, mia: int) -> None:
    assert "mia@berg.con" in page(browser, f"{PLACE}/{mia}/peek")


def test_the_score_is_drawn_once_there_are_two_days(browser: Client, mia: int) -> None:
    assert "<polyline" not in page(browser, "/quality/person")
    yesterday = clock.today("UTC") - datetime.timedelta(days=1)
    QualityDay.objects.create(kind="person", on=yesterday, record_count=10, clean_count=5)
    shown = page(browser, "/quality/person")
    assert "<polyline points=" in shown
    assert "The score went from 50 %" in shown


def test_a_check_starts_and_its_setting_is_saved(browser: Client, mia: int) -> None:
    assert browser.post("/quality/person/now")["Location"].startswith("/jobs/")
    assert browser.post("/quality/person/stale/months", {"months": "6"})["Location"].startswith("/jobs/")
    assert 'value="6"' in page(browser, "/quality/person/stale")
    browser.post("/quality/person/stale/months", {"months": "many"})
    assert "Give a number of months" in page(browser, "/quality/person/stale")


def test_who_only_sees_their_own_is_shown_their_own(world: World, client: Client, mia: int) -> None:
    role = house.role("Own", levels=house.levels("own"))
    world.bob.role = role
    world.bob.save()
    client.force_login(world.bob)
    shown = page(client, PLACE)
    assert "mia@berg.con" not in shown
    assert client.post(f"{PLACE}/{mia}/cell/email", {"email": "x@y.example", "version": 1}).status_code == 404
    assert client.post(f"{PLACE}/decide", {"leave": mia}, headers={"HX-Request": "true"}).status_code == 404


@pytest.mark.parametrize("path", ["/quality/nothing", "/quality/person/nothing", "/quality/note"])
def test_what_there_is_not_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_ids_of_another_kind_change_nothing_there(browser: Client, world: World) -> None:
    hexa = house.a_company(Actor.of(world.ada), "Hexa", owner=None).pk
    running.check_all(house.company())
    before = Finding.objects.filter(record_id=hexa).values("check_key", "gone_at", "left_at")
    assert before
    told = list(before.all())
    browser.post("/quality/person/owner/decide", {"do": "assign", "ids": [hexa], "owner": world.bob.pk})
    assert list(before.all()) == told


def test_a_reason_is_kept_and_leaving_is_undone(browser: Client, mia: int) -> None:
    row = browser.post(f"{PLACE}/decide", {"leave": mia}, headers={"HX-Request": "true"}).content.decode()
    assert f'name="why.{mia}"' in row
    browser.post(f"{PLACE}/decide", {"do": "explain", f"why.{mia}": "She has no other."})
    assert "She has no other." in page(browser, f"{PLACE}?left=1")
    act = Act.objects.get(kind="finding.leave")
    assert "Finding left as it is" in page(browser, f"/acts/{act.pk}")
    browser.post(f"/acts/{act.pk}/undo")
    assert "Nothing is left as it is" in page(browser, f"{PLACE}?left=1")
