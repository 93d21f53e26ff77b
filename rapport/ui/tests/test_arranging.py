"""Facts in an order of one's own, or of the house; and what a page shows of very much."""

from typing import Any

import pytest

from rapport.core.arranging.models import FactOrder
from rapport.core.objects import registry, saving
from tests.fields import on_companies
from tests.world import World

NAMES = ["last_name", "first_name"]


@pytest.fixture
def lea(world: World) -> Any:
    """Somebody of Ann's."""
    values = {"first_name": "Lea", "last_name": "Lind", "job_title": "Cook"}
    return saving.create(world.actor("ann"), registry.get("person"), values)


def page(world: World, lea: Any, name: str = "ann") -> str:
    return world.client(name).get(f"/people/{lea.pk}").content.decode()


def arrange(world: World, lea: Any, name: str = "ann", **values: Any) -> Any:
    given = {"key": NAMES, "show": [*NAMES, "phone"], **values}
    return world.client(name).post(f"/people/{lea.pk}/arrange", given)


def comes_first(shown: str) -> str:
    return min(NAMES, key=lambda key: shown.index(f'id="fact-{key}"'))


def test_it_works(world: World, lea: Any) -> None:
    assert comes_first(page(world, lea)) == "first_name"
    assert arrange(world, lea, save="own").status_code == 302
    shown = page(world, lea)
    assert comes_first(shown) == "last_name"
    assert 'id="fact-job_title"' not in shown and 'id="fact-phone"' in shown
    assert comes_first(page(world, lea, "bob")) == "first_name"
    arrange(world, lea, save="reset")
    assert comes_first(page(world, lea)) == "first_name" and not FactOrder.objects.exists()


def test_an_administrator_arranges_for_all_who_have_no_order_of_their_own(world: World, lea: Any) -> None:
    assert arrange(world, lea, "ann", save="all").status_code == 403
    arrange(world, lea, "ada", save="all")
    assert comes_first(page(world, lea, "bob")) == "last_name"
    arrange(world, lea, "bob", save="own", key=["first_name", "last_name"])
    assert comes_first(page(world, lea, "bob")) == "first_name"


def test_a_fact_moves_within_its_group_before_anything_is_kept(world: World, lea: Any) -> None:
    client = world.client("ann")
    form = client.post(f"/people/{lea.pk}/arrange", {"key": ["first_name", "last_name"], "up": "last_name"})
    shown = form.content.decode()
    assert shown.index('value="last_name"') < shown.index('value="first_name"')
    assert not FactOrder.objects.exists()


def test_what_is_no_field_is_passed_over(world: World, lea: Any) -> None:
    arrange(world, lea, save="own", key=["nothing", "<b>", *NAMES])
    assert FactOrder.objects.get().keys[:2] == NAMES


def test_many_tags_are_folded(world: World, lea: Any) -> None:
    saving.update(world.actor("ann"), registry.get("person"), lea.pk, {"tags": [f"Tag {n:03}" for n in range(200)]})
    assert "+190" in page(world, lea)


def test_a_panel_says_how_many_and_leads_to_all(world: World) -> None:
    ann, people = world.actor("ann"), registry.get("person")
    hexa = saving.create(ann, registry.get("company"), {"name": "Hexa"})
    client = world.client("ann")
    assert "Nobody known here yet" in client.get(f"/companies/{hexa.pk}").content.decode()
    for number in range(9):
        saving.create(ann, people, {"last_name": f"Lind {number}", "company": hexa.pk})
    shown = client.get(f"/companies/{hexa.pk}").content.decode()
    assert f'href="/people?company={hexa.pk}"' in shown and "Show all 9" in shown and "Lind 8" not in shown
    assert "Lind 8" in client.get(f"/people?company={hexa.pk}").content.decode()


def test_what_is_made_from_a_panel_leaves_the_page_where_it_is(world: World) -> None:
    answer = world.client("ann").post(
        "/people/new", {"last_name": "New", "beside": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204 and "HX-Redirect" not in answer.headers
    assert "record:changed" in answer.headers["HX-Trigger"]


def test_custom_links_are_shown_by_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    companies, ann = on_companies(monkeypatch), world.actor("ann")
    kranz = saving.create(ann, companies, {"name": "Kranz"})
    hexa = saving.create(ann, companies, {"name": "Hexa", "c_link": kranz.pk, "c_user": world.bob.pk})
    for address in (f"/companies/{hexa.pk}", "/companies?columns=c_link,c_user&q=Hexa"):
        shown = world.client("ann").get(address).content.decode()
        assert "Kranz" in shown and "Bob" in shown and f"#{kranz.pk}<" not in shown
