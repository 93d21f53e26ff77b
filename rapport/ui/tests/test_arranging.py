"""How pages are arranged, by whom and for whom; and what a record's page shows of very much."""

import re
from typing import Any

import pytest

from rapport.core.arranging import naming
from rapport.core.arranging.arrangement import named_in
from rapport.core.arranging.models import Layout
from rapport.core.audit.reading import Question, lines
from rapport.core.events.models import Event
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
    given = {"item": NAMES, "show": [*NAMES, "phone"], "save": "keep", "in": lea.pk, **values}
    return world.client(name).post("/people/arrange/facts", given)


def comes_first(shown: str) -> str:
    return min(NAMES, key=lambda key: shown.index(f'id="fact-{key}"'))


def test_it_works(world: World, lea: Any) -> None:
    assert comes_first(page(world, lea)) == "first_name"
    answer = arrange(world, lea, item=[":0", *NAMES, "phone", "job_title"], **{"like.0": "first_name"})
    assert answer.headers["Location"] == f"/people/{lea.pk}?pane=details"
    shown = page(world, lea)
    assert comes_first(shown) == "last_name"
    assert 'id="fact-job_title"' not in shown and 'id="fact-phone"' in shown
    assert comes_first(page(world, lea, "bob")) == "first_name"
    arrange(world, lea, save="reset")
    assert comes_first(page(world, lea)) == "first_name"


def test_the_narrowest_layout_wins(world: World, lea: Any) -> None:
    turned = {"item": [":0", "first_name", "last_name"], "like.0": "first_name"}
    assert arrange(world, lea, "ann", **{"for": "all"}).status_code == 403
    assert arrange(world, lea, "ann", **{"for": f"role-{world.roles['member'].pk}"}).status_code == 403
    arrange(world, lea, "ada", **{"for": "all"})
    assert {comes_first(page(world, lea, name)) for name in ("ann", "ray")} == {"last_name"}
    arrange(world, lea, "ada", **{"for": f"role-{world.roles['member'].pk}"}, **turned)
    assert comes_first(page(world, lea, "ann")) == "first_name"
    assert comes_first(page(world, lea, "ray")) == "last_name"
    arrange(world, lea, "ann")
    assert comes_first(page(world, lea, "ann")) == "last_name"
    said = world.client("ada").get("/people/arrange/facts?for=all").content.decode()
    assert "For everybody whose role has no arrangement of its own" in said and "arranged" in said


def test_groups_are_made_named_and_folded(world: World, lea: Any) -> None:
    client = world.client("ann")
    made = client.post("/people/arrange/facts", {"item": [":0", *NAMES], "like.0": "first_name", "add": "1"})
    assert 'value="New group"' in made.content.decode() and "autofocus" in made.content.decode()
    given = {"item": [":0", "last_name", ":1", "job_title", "first_name"], "name.1": "At work", "fold.1": "1"}
    arrange(world, lea, show=[*NAMES, "job_title"], **given, **{"like.0": "first_name", "name.0": "Whoever"})
    shown = page(world, lea)
    assert "<h2>At work</h2>" in shown and "<h2>Whoever</h2>" in shown
    work = shown.index("<h2>At work</h2>")
    assert shown.index('id="fact-last_name"') < work < shown.index('id="fact-job_title"')
    assert shown[:work].rindex('<details class="panel">') > shown[:work].rindex('<details class="panel" open')
    assert 'id="fact-lifecycle"' in shown  # in no group of theirs: it stays with those it was declared with


def test_a_fact_moves_on_into_the_next_group_before_anything_is_kept(world: World, lea: Any) -> None:
    client = world.client("ann")
    given = {"item": [":0", "last_name", ":1", "first_name"], "name.0": "One", "name.1": "Two", "show": NAMES}

    def order(**button: str) -> list[str]:
        shown = client.post("/people/arrange/facts", given | button).content.decode()
        return re.findall(r'name="item" value="([^"]+)"', shown)

    assert order(down="last_name") == [":0", ":1", "last_name", "first_name"]
    assert order(group_down="0") == [":0", "first_name", ":1", "last_name"]
    assert order(drop="1") == [":0", "last_name", "first_name"]
    assert not Layout.objects.exists()


def test_it_is_taken_back_unless_somebody_changed_it_since(world: World, lea: Any) -> None:
    ada = world.client("ada")
    arrange(world, lea, "ada", **{"for": "all"})
    undo = "/people/arrange/facts/undo?for=all&version="
    assert world.client("ann").post(f"{undo}1").status_code == 403
    assert ada.post(f"{undo}7").status_code == 409
    assert comes_first(page(world, lea)) == "last_name"
    assert ada.post(f"{undo}1", headers={"HX-Request": "true"}).status_code == 204
    assert comes_first(page(world, lea)) == "first_name"
    kinds = Event.objects.filter(kind="layout.arranged").order_by("pk").values_list("data__for", flat=True)
    assert list(kinds) == ["everybody", "everybody"]
    assert lines(world.actor("ada"), Question(kind="layout.arranged"))[0].sentence == "arranged a page for others"


def test_what_is_no_field_is_passed_over(world: World, lea: Any) -> None:
    arrange(world, lea, item=["nothing", "<b>", ":<b>", ":0", *NAMES], **{"like.0": "owner__password"})
    assert named_in(Layout.objects.get().shape) == {*NAMES}
    assert arrange(world, lea, **{"for": "role-x"}).status_code == 404
    assert world.client("ann").get("/people/arrange/nothing").status_code == 404


def test_related_panels_are_put_in_order_and_left_out(world: World, lea: Any) -> None:
    keys = [panel.key for panel in registry.contributions("person").panels]
    first, last = 'id="panel-companies"', 'id="files"'
    assert keys[0] == "companies" and "files" in keys
    assert first in page(world, lea)
    turned = {"item": keys[::-1], "show": keys[1:], "save": "keep", "in": lea.pk}
    answer = world.client("ann").post("/people/arrange/panels", turned)
    assert answer.headers["Location"] == f"/people/{lea.pk}?pane=related"
    assert first not in page(world, lea)
    world.client("ann").post("/people/arrange/panels", turned | {"show": keys})
    shown = page(world, lea)
    assert shown.index(last) < shown.index(first)


def test_the_usual_columns_of_a_list(world: World, lea: Any) -> None:
    ada, role = world.client("ada"), f"role-{world.roles['read_only'].pk}"
    given = {"columns": ["job_title", "owner"], "for": role, "in": "lifecycle=lead&columns=owner"}
    assert world.client("ann").post("/people/columns/usual", given).status_code == 403
    assert ada.post("/people/columns/usual", given).headers["Location"] == "/people?lifecycle=lead"
    ray, ann = (world.client(name).get("/people").content.decode() for name in ("ray", "ann"))
    assert "Job title" in ray.split("<tbody")[0] and "Lifecycle" not in ray.split("<tbody")[0].split("<thead")[1]
    assert "Lifecycle" in ann.split("<tbody")[0].split("<thead")[1]
    assert ada.post("/people/columns/usual", {"columns": ["nothing"]}).status_code == 400
    ada.post("/people/columns/usual", given | {"reset": "1"})
    assert "Lifecycle" in world.client("ray").get("/people").content.decode().split("<tbody")[0].split("<thead")[1]


def test_the_form_of_a_new_record_asks_first_what_was_chosen(world: World) -> None:
    ada, people = world.client("ada"), registry.get("company")
    assert world.client("ann").get("/companies/arrange/quick").status_code == 403
    assert "Arrange this form" not in world.client("ann").get("/companies/new").content.decode()
    sheet = ada.get("/companies/arrange/quick?in=industry%3Dretail").content.decode()
    assert "Needed" in sheet and 'value="industry=retail"' in sheet
    given = {"item": ["owner", "phone", "name"], "show": ["owner", "phone"], "save": "keep", "for": "all"}
    answer = ada.post("/companies/arrange/quick", given)
    assert answer.headers["Location"] == "/companies/new"
    front = world.client("ann").get("/companies/new").content.decode().split("All fields")[0]
    assert front.index('id="f-owner"') < front.index('id="f-phone"') < front.index('id="f-name"')  # needed, so it stays
    assert 'id="f-email"' not in front
    assert people.by_key["name"].required
    part = ada.post("/companies/arrange/quick", given | {"save": "reset"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "toast" in part.headers["HX-Trigger"]
    assert 'id="f-email"' in part.content.decode().split("All fields")[0]


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


def test_undo_brings_no_field_back_that_was_converted_since(world: World, lea: Any) -> None:
    arrange(world, lea, item=["last_name", "phone"])
    arrange(world, lea)
    naming._follow("person", "phone", "mobile")
    assert world.client("ann").post("/people/arrange/facts/undo?version=2").status_code in {204, 302}
    assert "mobile" in named_in(Layout.objects.get().shape)
    assert "phone" not in named_in(Layout.objects.get().shape)


def test_undo_of_what_was_never_arranged_keeps_nothing(world: World, lea: Any) -> None:
    assert world.client("ann").post("/people/arrange/facts/undo?version=0").status_code == 409
    assert not Layout.objects.exists()
