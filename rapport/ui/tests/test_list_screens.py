"""Working on a list: cells changed in their place, orders, chips, figures, counts, a look beside it."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from rapport.core.objects import registry, saving
from rapport.core.views.models import ListSetting, View
from rapport.people.models import Person
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lea(world: World) -> Any:
    return saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea", "job_title": "Buyer"})


def page(world: World, url: str, who: str = "ann", status: int = 200) -> str:
    response = world.client(who).get(url, headers=HTMX if "/cell/" in url or "/sums" in url else {})
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def test_it_works(world: World, lea: Any) -> None:
    url = f"/people/{lea.pk}/cell/job_title?in=columns%3Djob_title"
    editor = page(world, url)
    assert 'value="Buyer"' in editor and 'name="version" value="1"' in editor and "<form" not in editor
    answer = world.client("ann").post(url, {"job_title": "Head", "version": "1"}, headers=HTMX)
    row = answer.content.decode()
    assert answer.status_code == 200 and row.startswith(f'<tr data-row="{lea.pk}">') and "<td>Head</td>" in row
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"] == "Job title saved." and toast["undo"].startswith("/acts/")
    world.client("ann").post(toast["undo"])
    assert Person.objects.get(pk=lea.pk).job_title == "Buyer"


def test_a_wrong_value_comes_back_with_its_sentence(world: World, lea: Any) -> None:
    answer = world.client("ann").post(f"/people/{lea.pk}/cell/email", {"email": "no mail", "version": "1"})
    assert answer.status_code == 422 and "no mail" in answer.content.decode()
    assert "The @ sign is missing" in answer.content.decode()


def test_a_conflict_tells_who_changed_what_and_leaves_the_choice(world: World, lea: Any) -> None:
    url = f"/people/{lea.pk}/cell/job_title?in="
    saving.update(world.actor("ada"), registry.get("person"), lea.pk, {"job_title": "Chief"})
    answer = world.client("ann").post(url, {"job_title": "Head", "version": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409 and "Chief" in html and "Keep mine" in html and "Take theirs" in html
    assert 'value="Head"' in html and 'name="version" value="2"' in html
    assert "Chief" in page(world, f"/people/{lea.pk}/cell/job_title?shown=1&in=columns%3Djob_title")
    assert world.client("ann").post(url, {"job_title": "Head", "version": "2"}).status_code == 200


def test_a_cell_that_cannot_be_changed_says_why(world: World, lea: Any) -> None:
    for key, why in (("created_at", "is kept by Rapport"), ("about", "changed on the page of the record")):
        answer = world.client("ann").get(f"/people/{lea.pk}/cell/{key}", headers=HTMX)
        assert answer.status_code == 204 and why in answer.headers["HX-Trigger"]
    assert world.client("ann").post(f"/people/{lea.pk}/cell/created_at", {"created_at": "x"}).status_code == 403
    assert world.client("ray").post(f"/people/{lea.pk}/cell/job_title", {"job_title": "x"}).status_code == 403
    assert world.client("ann").get(f"/people/{lea.pk}/cell/nothing").status_code == 404
    assert world.client("ann").get("/people/999999/cell/created_at").status_code == 404


def test_heads_say_by_what_the_list_stands(world: World, lea: Any) -> None:
    html = page(world, "/people?sort=lifecycle,-title")
    assert html.count('class="nth"') == 2 and 'aria-sort="descending"' in html
    assert "sort=lifecycle%2Ctitle" in html, "a press with Shift turns one of them around"
    menu = page(world, "/people/sorting?sort=lifecycle,-title")
    assert "Do not sort by Lifecycle" in menu and "Sort by Name first" in menu
    assert page(world, "/people?sort=lifecycle,-title,owner,email,phone", status=400)


def test_each_part_of_a_chip_opens_what_changes_it(world: World, lea: Any) -> None:
    html = page(world, "/people?lifecycle=lead&any.1.job_title=Buyer&any.1.source=Fair")
    assert html.count("part=operator") == 6, "three, each for htmx and without scripts"
    assert html.count('class="mut fs12 or"') == 1
    value = page(world, "/people/filter?in=lifecycle%3Dlead&was=0&part=value&f=lifecycle&v=lead")
    assert 'name="f" value="lifecycle"' in value and 'name="o" value="any"' in value and "Change filter" in value


def test_a_condition_can_stand_beside_another_as_an_alternative(world: World, lea: Any) -> None:
    ann = world.client("ann")
    asked = "/people/filter?in=lifecycle%3Dlead&f=job_title&v=Buyer&add=1"
    assert ann.get(asked).headers["Location"] == "/people?lifecycle=lead&job_title=Buyer"
    both = ann.get(f"{asked}&or=0").headers["Location"]
    assert both == "/people?any.1.lifecycle=lead&any.1.job_title=Buyer"
    assert "Lea" in page(world, both)
    remove = re.findall(r'href="(/people[^"]*)"[^>]*aria-label="Remove filter', page(world, both))
    assert sorted(remove) == ["/people?job_title=Buyer", "/people?lifecycle=lead"], "a group of one is no group"


def test_a_stale_address_shows_the_rest_and_names_what_is_wrong(world: World, lea: Any) -> None:
    html = page(world, "/people?job_title=Buyer&gone=secret&sort=nothing&columns=job_title", status=400)
    assert "Lea" in html and "is not understood any more" in html
    assert "<code>gone</code>" in html and "<code>sort</code>" in html and "secret" not in html
    assert page(world, "/people?created_at.within=soon", status=400).count("<code>") == 1
    as_data = world.client("ann").get("/people?gone=1", headers={"accept": "application/json"})
    assert as_data.status_code == 400 and "gone" in as_data.json()["error"]


def test_the_foot_tells_what_was_chosen(world: World) -> None:
    for revenue in ("100 EUR", "20 EUR"):
        saving.create(world.actor("ann"), registry.get("company"), {"name": f"C {revenue}", "revenue": revenue})
    columns = "columns=revenue%2Cindustry"
    assert 'hx-get="/companies/sums' in page(world, f"/companies?{columns}"), "amounts are summed from the start"
    assert "120" in page(world, f"/companies/sums?{columns}")
    assert "0 %" in page(world, f"/companies/sums?{columns}&sums=industry.filled")
    lines = page(world, f"/companies/sums/choose?key=industry&in={quote(columns)}")
    assert "sums=revenue.sum%2Cindustry.count" in lines


def test_tabs_have_counts_and_further_views_are_found(world: World, lea: Any) -> None:
    ann = world.client("ann")
    for n in range(14):
        ann.post("/people/views", {"name": f"View {n:02}", "in.job_title": "Buyer"})
    html = page(world, "/people")
    assert html.count('id="count-view-') == 12 and "2 more" in html
    first = View.objects.earliest("pk").pk
    counts = ann.get(f"/people/views/counts?ids={first}").content.decode()
    assert f'id="count-view-{first}" hx-swap-oob="innerHTML">1<' in counts
    found = ann.get("/people/views/find?q=view 13").content.decode()
    assert "View 13" in found and "View 12" not in found
    dot = page(world, f"/people?view={first}&job_title=Chief")
    assert 'class="unsaved"' in dot


def test_density_is_kept_for_each_user(world: World, lea: Any) -> None:
    assert "data-density" not in page(world, "/people")
    world.client("ann").post("/people/density", {"density": "compact", "in": ""})
    assert 'data-density="compact"' in page(world, "/people") and "data-density" not in page(world, "/people", "ada")
    assert world.client("ann").post("/people/density", {"density": "huge"}).status_code == 400
    assert ListSetting.objects.count() == 1


def test_pages_say_which_records_they_show(world: World, lea: Any) -> None:
    for n in range(60):
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": f"P{n:02}"})
    first = page(world, "/people?sort=title")
    assert "1–50 of" in first
    following = re.search(r'href="(/people\?sort=title&amp;after=\d+&amp;at=51)"', first)
    assert following
    assert "51–61 of" in page(world, following[1].replace("&amp;", "&"))


def test_a_look_shows_facts_and_history_of_what_may_be_seen(world: World, lea: Any) -> None:
    html = page(world, f"/people/{lea.pk}/peek")
    assert "Lea" in html and "Buyer" in html and "Created" in html
    house.forget()
    assert world.client("mia").get("/people/999999/peek").status_code == 404
