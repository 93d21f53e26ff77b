"""Saved views on the list, as a browser without scripts meets them."""

import re

import pytest

from rapport.core.objects import registry, saving
from rapport.core.views.models import View
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(world: World) -> None:
    for who, first, title in (("ann", "Annika", "Head"), ("bob", "Bobby", "Head"), ("ann", "Other", "Chief")):
        saving.create(world.actor(who), registry.get("person"), {"first_name": first, "job_title": title})


def saved(world: World, who: str = "ann", **more: str) -> View:
    given = {"name": "Heads", "in.job_title": "Head", "in.sort": "title", "in.columns": "email,job_title", **more}
    response = world.client(who).post("/people/views", given)
    view = View.objects.latest("pk")
    assert response.headers["Location"] == f"/people?view={view.pk}"
    return view


def page(world: World, who: str, url: str) -> str:
    response = world.client(who).get(url)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_it_works(world: World) -> None:
    view = saved(world)
    html = page(world, "ann", f"/people?view={view.pk}")
    assert "Annika" in html and "Other" not in html
    assert f'href="/people?view={view.pk}" aria-current="page"' in html and "Unsaved changes" not in html
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)
    assert heads[:3] == ["Name", "E-mail", "Job title"]


def test_what_differs_from_the_view_can_be_saved_reset_or_kept_anew(world: World) -> None:
    view = saved(world)
    html = page(world, "ann", f"/people?view={view.pk}&job_title=Chief")
    assert "Unsaved changes of “Heads”" in html and "Save as" in html
    ann = world.client("ann")
    ann.post(f"/people/views/{view.pk}", {"do": "save", "in.view": str(view.pk), "in.job_title": "Chief"})
    assert "Other" in page(world, "ann", f"/people?view={view.pk}")
    assert "Unsaved changes" not in page(world, "ann", f"/people?view={view.pk}&job_title=Chief")


def test_a_view_without_its_filters_shows_everything_and_says_so(world: World) -> None:
    view = saved(world)
    everything = "where=%7B%22all%22%3A%5B%5D%7D"
    assert f"/people?view={view.pk}&amp;sort=title" in page(world, "ann", f"/people?view={view.pk}")
    bare = page(world, "ann", f"/people?view={view.pk}&{everything}")
    assert "Other" in bare and "Unsaved changes" in bare and 'class="chip' not in bare


def test_whoever_opens_a_shared_view_sees_their_own_records(world: World) -> None:
    view = saved(world, "ada", shared="all")
    own = {"person": {"view": "own", "edit": "own"}}
    role = house.role("Own only", levels={"*": dict.fromkeys(("view", "edit"), "own"), **own})
    world.bob.role = role
    world.bob.save()
    html = page(world, "bob", f"/people?view={view.pk}")
    assert "Bobby" in html and "Annika" not in html
    assert "Save view" not in html or "Unsaved" not in html


def test_a_view_on_a_hidden_field_says_so_and_tells_nothing(world: World) -> None:
    view = saved(world, "ada", shared="all")
    world.bob.role = house.role(
        "No titles", levels=house.levels("all"), field_rules={"person": {"job_title": "hidden"}}
    )
    world.bob.save()
    html = page(world, "bob", f"/people?view={view.pk}")
    assert "filters by a field that you may not see" in html
    assert "job_title" not in html and "Job title" not in html and ">Head<" not in html
    assert "Annika" not in html, "which records match would tell the value"


def test_a_view_that_is_gone_leaves_the_list(world: World) -> None:
    view = saved(world)
    html = page(world, "bob", f"/people?view={view.pk}")
    assert "no longer shared with you" in html and "Annika" in html


def test_the_usual_view_opens_first_and_all_stays_within_reach(world: World) -> None:
    view = saved(world)
    ann = world.client("ann")
    ann.post(f"/people/views/{view.pk}", {"do": "default"})
    assert "Other" not in page(world, "ann", "/people")
    assert 'href="/people?view=all"' in page(world, "ann", "/people")
    assert "Other" in page(world, "ann", "/people?view=all")
    assert "Other" in page(world, "bob", "/people")


def test_views_are_put_in_order_renamed_and_deleted_with_undo(world: World) -> None:
    first, second = saved(world), saved(world, name="Second")
    ann = world.client("ann")
    ann.post(f"/people/views/{second.pk}", {"do": "left"})
    html = page(world, "ann", "/people")
    assert html.index("Second") < html.index("Heads")
    ann.post(f"/people/views/{first.pk}", {"do": "unpin"})
    assert "Heads" not in page(world, "ann", "/people") and "Heads" in page(world, "ann", "/people/views")
    answer = ann.post(f"/people/views/{first.pk}", {"do": "rename", "name": " ", "shared": ""})
    assert answer.status_code == 422 and b"Enter a name." in answer.content
    ann.post(f"/people/views/{first.pk}", {"do": "rename", "name": "Chiefs", "shared": "team"})
    ann.post(f"/people/views/{first.pk}", {"do": "delete"})
    html = ann.get("/people/views").content.decode()
    assert f"/people/views/{first.pk}/restore" in html and "Rename or share" in html
    answer = ann.post(f"/people/views/{first.pk}/restore", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "Chiefs" in answer.headers["HX-Trigger"]
    assert "Chiefs" in page(world, "bob", "/people/views")


def test_nobody_changes_a_view_of_somebody_else(world: World) -> None:
    mine, shared = saved(world), saved(world, "ada", shared="all")
    bob = world.client("bob")
    for verb in ("save", "rename", "delete"):
        given = {"do": verb, "name": "x", "shared": ""}
        assert bob.post(f"/people/views/{mine.pk}", given).status_code == 404
        assert bob.post(f"/people/views/{shared.pk}", given).status_code == 403
    assert bob.post(f"/people/views/{mine.pk}/restore").status_code == 404


def test_columns_are_chosen_ordered_and_refused_where_unknown(world: World) -> None:
    html = page(world, "ann", "/people/columns?in=job_title%3DHead&chosen=1&columns=email&columns=phone&up=phone")
    assert html.index('value="phone"') < html.index('value="email"')
    asked = "/people/columns?in=job_title%3DHead&chosen=1&columns=phone&columns=email&apply=1"
    answer = world.client("ann").get(asked)
    assert answer.headers["Location"] == "/people?job_title=Head&columns=phone%2Cemail"
    assert world.client("ann").get("/people?columns=nothing").status_code == 400
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page(world, "ann", "/people?columns=phone,email"))
    assert heads[:3] == ["Name", "Phone", "E-mail"]


def test_many_views_come_in_pages_and_one_stays_on_its_page_when_it_moves(world: World) -> None:
    for number in range(60):
        saved(world, name=f"View {number:02}")
    first = page(world, "ann", "/people/views")
    assert "View 49" in first and "View 50" not in first and 'href="/people/views?from=50"' in first
    last = View.objects.get(name="View 59")
    assert "View 59" in page(world, "ann", "/people/views?from=50")
    assert "View 00" in page(world, "ann", "/people/views?from=900")
    answer = world.client("ann").post(f"/people/views/{last.pk}?from=50", {"do": "left"})
    assert answer.headers["Location"] == "/people/views?from=50"


def test_a_list_opens_for_a_role_on_the_view_that_was_chosen_for_it(world: World) -> None:
    view = saved(world, "ada", shared="all")
    ada, role = world.client("ada"), world.roles["member"]
    assert "Opens first for roles" in page(world, "ada", "/people/views")
    ada.post(f"/people/views/{view.pk}", {"do": "roles", "roles": [str(role.pk)]})
    html = page(world, "ann", "/people")
    assert "Annika" in html and "Other" not in html
    assert "Opens first for your role" in page(world, "ann", "/people/views")
    assert "Opens first for roles" not in page(world, "ann", "/people/views")
    assert "Other" in page(world, "ann", "/people?view=all")
    mine = saved(world, "ann", name="Chiefs", **{"in.job_title": "Chief"})
    world.client("ann").post(f"/people/views/{mine.pk}", {"do": "default"})
    assert "Annika" not in page(world, "ann", "/people")
    assert world.client("ann").post(f"/people/views/{view.pk}", {"do": "roles"}).status_code == 403
