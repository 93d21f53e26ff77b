"""The pages of the profile and the settings: who may open them, and what comes back from their forms."""

from typing import Any

import pytest
from django.test import Client

from rapport.accounts.models import Role, Team, User, Workspace
from rapport.workspace.actions.house import workspace_state
from tests.world import World

SETTINGS = (
    "/settings/general", "/settings/sign-in", "/settings/users", "/settings/users/new",
    "/settings/teams", "/settings/teams/new", "/settings/roles", "/settings/roles/new",
)  # fmt: skip
GENERAL = {"name": "Northwind Studio", "hue": "290", "currency": "CHF", "country": "CH", "unique_identities": "1"}


def pages_of(world: World) -> tuple[str, ...]:
    return (
        *SETTINGS,
        f"/settings/users/{world.ann.pk}",
        f"/settings/teams/{world.alpha.pk}",
        *(f"/settings/roles/{role.pk}" for role in world.roles.values()),
    )


def test_an_administrator_opens_every_page(world: World) -> None:
    client = world.client("ada")
    client.post("/confirm", {"password": world.password})
    for page in (*pages_of(world), "/settings", "/profile", "/profile/security", "/profile/sessions"):
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("name", ["ann", "mia", "ray"])
def test_the_settings_are_for_administrators(world: World, name: str) -> None:
    client = world.client(name)
    for page in pages_of(world):
        assert client.get(page).status_code == 403, page
    for verb in ("switch", "link"):
        assert client.post(f"/settings/users/{world.bob.pk}/{verb}").status_code == 403
    assert client.post("/settings/general", GENERAL).status_code == 403
    assert User.objects.get(pk=world.bob.pk).is_active
    assert Workspace.objects.get().name == "Rapport"


def test_everyone_has_settings_of_their_own(world: World) -> None:
    for name in ("ann", "ada"):
        page = world.client(name).get("/settings").content.decode()
        assert "/profile/sessions" in page and ("/settings/users" in page) == (name == "ada")


def test_everyone_has_a_profile(world: World) -> None:
    for name in ("ann", "mia", "ray"):
        assert world.client(name).get("/profile").status_code == 200


def test_nobody_signed_out_sees_a_page(world: World) -> None:
    for page in (*pages_of(world), "/profile"):
        answer = Client().get(page)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in?next=")


def test_the_workspace_takes_a_new_name_and_colour(world: World) -> None:
    client = world.client("ada")
    assert client.post("/settings/general", GENERAL).status_code == 303
    house = Workspace.objects.get()
    assert (house.name, house.hue, house.currency, house.country) == ("Northwind Studio", 290, "CHF", "CH")
    page = client.get("/settings/general").content.decode()
    assert "/brand.css?v=290" in page and "Northwind Studio" in page


def test_the_colour_is_public_and_kept(world: World) -> None:
    answer = Client().get("/brand.css?v=264")
    assert answer.content == b":root{--hue:264}\n"
    assert "immutable" in answer["Cache-Control"] and answer["Content-Type"].startswith("text/css")
    assert "immutable" not in Client().get("/brand.css?v=1")["Cache-Control"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", " "), ("hue", "400"), ("hue", "red"), ("currency", "XXX"), ("country", "ZZ"), ("name", "x" * 121)],
)
def test_a_wrong_value_comes_back_with_the_form(world: World, key: str, value: str) -> None:
    answer = world.client("ada").post("/settings/general", {**GENERAL, key: value})
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert Workspace.objects.get().name == "Rapport"


def test_a_stale_save_is_refused(world: World) -> None:
    seen = workspace_state(Workspace.objects.get())
    client = world.client("ada")
    assert client.post("/settings/general", {**GENERAL, "seen": seen}).status_code == 303
    answer = client.post("/settings/general", {**GENERAL, "name": "Mine", "seen": seen})
    assert answer.status_code == 409 and "meanwhile" not in Workspace.objects.get().name
    assert Workspace.objects.get().name == "Northwind Studio"


def test_an_invitation_shows_its_link_once(world: World) -> None:
    client = world.client("ada", is_proven=True)
    form = {"name": "Zoe", "email": "Zoe@Example.com", "role": world.roles["member"].pk, "team": world.beta.pk}
    page = client.post("/settings/users/new", form).content.decode()
    user = User.objects.get(email="zoe@example.com")
    link = page.partition('value="http://127.0.0.1:8000')[2].partition('"')[0]
    assert link.startswith("/sign-in/") and not user.has_usable_password()
    assert link not in client.get(f"/settings/users/{user.pk}").content.decode()
    again = client.post("/settings/users/new", form)
    assert again.status_code == 422 and User.objects.filter(email="zoe@example.com").count() == 1


def test_the_profile_saves_name_language_and_zone(world: World) -> None:
    client = world.client("ann")
    form = {"name": "Ann A.", "language": "de", "time_zone": "Europe/Berlin", "theme": "dark"}
    answer = client.post("/profile", form)
    assert answer.status_code == 303 and answer.cookies["theme"].value == "dark"
    ann = User.objects.get(pk=world.ann.pk)
    assert (ann.name, ann.language, ann.time_zone) == ("Ann A.", "de", "Europe/Berlin")


@pytest.mark.parametrize(
    ("key", "value"), [("language", "tlh"), ("time_zone", "Mars/Base"), ("time_zone", "../etc"), ("name", "")]
)
def test_a_wrong_profile_is_refused(world: World, key: str, value: str) -> None:
    form = {"name": "Ann", "language": "en", "time_zone": "UTC", key: value}
    assert world.client("ann").post("/profile", form).status_code == 422


def _form_of(page: str) -> dict[str, Any]:
    """The selects of a page as a browser would send them."""
    form: dict[str, Any] = {}
    for part in page.split("<select ")[1:]:
        name = part.partition('name="')[2].partition('"')[0]
        options = part.partition("</select>")[0].split("<option ")[1:]
        chosen = next((option for option in options if " selected" in option.partition(">")[0]), options[0])
        form[name] = chosen.partition('value="')[2].partition('"')[0]
    return form


def test_saving_an_untouched_role_changes_nothing(world: World) -> None:
    client = world.client("ada")
    levels = {**world.roles["member"].levels, "person": {**world.roles["member"].levels["*"], "view": "all"}}
    Role.objects.filter(key="member").update(levels=levels, field_rules={"person": {"email": "read_only"}})
    page = client.get(f"/settings/roles/{world.roles['member'].pk}").content.decode()
    answer = client.post(f"/settings/roles/{world.roles['member'].pk}", {**_form_of(page), "name": "Member"})
    assert answer.status_code == 303
    role = Role.objects.get(key="member")
    assert role.levels == levels and role.field_rules == {"person": {"email": "read_only"}}


def test_an_open_cell_takes_the_level_of_the_first_row(world: World) -> None:
    client = world.client("ada")
    form = {"name": "Intern", "level.*.view": "team", "level.*.edit": "own", "level.company.view": "all"}
    assert client.post("/settings/roles/new", form).status_code == 303
    role = Role.objects.get(name="Intern")
    assert role.levels["company"] == {**role.levels["*"], "view": "all"}
    assert role.levels["company"]["edit"] == "own" and "person" not in role.levels


@pytest.mark.parametrize("cell", ["level.person.fly", "level.dragon.view", "level.person.view", "rule.person.tail"])
def test_an_unknown_right_is_refused(world: World, cell: str) -> None:
    answer = world.client("ada").post("/settings/roles/new", {"name": "Odd", cell: "galaxy"})
    assert answer.status_code == 422 and not Role.objects.filter(name="Odd").exists()


def test_a_team_is_made_moved_and_removed(world: World) -> None:
    client = world.client("ada")
    form = {"name": "Gamma", "parent": world.alpha.pk}
    assert client.post("/settings/teams/new", form).status_code == 303
    assert client.post("/settings/teams/new", form).status_code == 422
    gamma = Team.objects.get(name="Gamma")
    assert client.post(f"/settings/teams/{gamma.pk}", {"name": "Gamma", "parent": ""}).status_code == 303
    assert Team.objects.get(pk=gamma.pk).path == f"/{gamma.pk}/"
    assert client.post(f"/settings/teams/{world.alpha.pk}/remove").status_code == 422
    assert client.post(f"/settings/teams/{gamma.pk}/remove").status_code == 303


def test_switching_off_is_one_press_and_back(world: World) -> None:
    client = world.client("ada")
    assert client.post(f"/settings/users/{world.bob.pk}/switch", {"active": "0"}).status_code == 303
    assert not User.objects.get(pk=world.bob.pk).is_active
    assert client.post(f"/settings/users/{world.bob.pk}/switch", {"active": "1"}).status_code == 303
    assert client.post(f"/settings/users/{world.ada.pk}/switch", {"active": "0"}).status_code == 403


@pytest.mark.parametrize("page", ["/sign-out", "/profile/password"])
def test_nothing_happens_by_looking(world: World, page: str) -> None:
    client = world.client("ann")
    assert client.get(page).status_code == 405
    assert client.get("/profile").status_code == 200
