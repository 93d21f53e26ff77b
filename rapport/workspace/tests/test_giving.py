"""Managing users without being an administrator: within one's own rights, never beyond."""

from dataclasses import replace
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User
from rapport.core.access.levels import ACTIONS
from rapport.core.errors import NotAllowed
from rapport.workspace.actions import accounts, factors, links, roles, sessions, users
from rapport.workspace.actions.giving import beyond
from rapport.workspace.actions.roles import RoleData
from rapport.workspace.actions.users import UserData
from tests.world import World

pytestmark = pytest.mark.django_db

TEAM = dict.fromkeys(ACTIONS, "team")


@pytest.fixture
def mia(world: World) -> Actor:
    """A manager of the team above Alpha and Beta who manages users, too."""
    Role.objects.filter(key="manager").update(rights=["bulk", "users"])
    return world.actor("mia")


def _data(user: User, **more: Any) -> UserData:
    return replace(UserData(user.name, user.email, user.role_id, user.team_id), **more)


def test_it_works(world: World, mia: Actor) -> None:
    made = users.create_user(mia, UserData("Kim", "kim@example.com", world.roles["member"].pk, world.beta.pk))
    users.change_user(mia, made.pk, _data(made, name="Kim Kay"))
    assert links.make_sign_in_link(mia, made).address
    users.switch_off(mia, made.pk)
    users.switch_on(mia, made.pk)
    role = roles.create_role(mia, RoleData("Desk", {"*": TEAM}, rights=["bulk"]))
    roles.remove_role(mia, role.pk)


def test_without_the_right_nobody_is_managed(world: World) -> None:
    mia, member = world.actor("mia"), world.roles["member"]
    for forbidden in (
        lambda: users.create_user(mia, UserData("Kim", "kim@example.com", member.pk, None)),
        lambda: users.change_user(mia, world.ann.pk, _data(world.ann)),
        lambda: links.make_sign_in_link(mia, world.ann),
        lambda: roles.create_role(mia, RoleData("Desk")),
        lambda: roles.remove_role(mia, member.pk),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_nobody_touches_an_account_with_more_rights(world: World, mia: Actor) -> None:
    ada = world.ada
    for forbidden in (
        lambda: users.change_user(mia, ada.pk, _data(ada, email="mine@example.com")),
        lambda: users.switch_off(mia, ada.pk),
        lambda: users.switch_on(mia, ada.pk),
        lambda: links.make_sign_in_link(mia, ada),
        lambda: factors.remove_factors_of(mia, ada.pk),
        lambda: sessions.end_sessions_of(mia, ada.pk),
        lambda: accounts.revoke_invitation(mia, ada.pk),
    ):
        with pytest.raises(NotAllowed, match="do not have yourself"):
            forbidden()
    assert User.objects.get(pk=ada.pk).email == ada.email


def test_nobody_gives_more_than_they_have(world: World, mia: Actor) -> None:
    admin = world.roles["administrator"]
    with pytest.raises(NotAllowed, match="everything"):
        users.change_user(mia, world.ann.pk, _data(world.ann, role_id=admin.pk))
    with pytest.raises(NotAllowed, match="everything"):
        users.create_user(mia, UserData("Kim", "kim@example.com", admin.pk, None))
    with pytest.raises(NotAllowed, match="view"):
        roles.create_role(mia, RoleData("All", {"*": {"view": "all"}}))
    with pytest.raises(NotAllowed, match="See the audit"):
        roles.create_role(mia, RoleData("Eyes", {"*": TEAM}, rights=["audit"]))
    with pytest.raises(NotAllowed):
        roles.change_role(mia, world.roles["member"].pk, RoleData("Member", {"person": {"view": "all"}}))
    assert Role.objects.get(key="member").levels == world.roles["member"].levels


def test_nobody_changes_their_own_role_or_team(world: World, mia: Actor) -> None:
    manager = world.roles["manager"]
    with pytest.raises(NotAllowed, match="themselves"):
        roles.change_role(mia, manager.pk, RoleData("Manager", {"*": {"view": "own"}}))
    with pytest.raises(NotAllowed, match="own team"):
        users.change_user(mia, world.mia.pk, _data(world.mia, team_id=world.beta.pk))


def test_rules_that_hide_from_oneself_stay_with_those_one_gives(world: World, mia: Actor) -> None:
    Role.objects.filter(key="manager").update(
        field_rules={"person": {"email": "hidden"}},
        filters={"person": {"field": "lifecycle", "operator": "is", "value": "lead"}},
    )
    told = beyond(world.actor("mia"), world.roles["member"])
    assert [text for text in told if "hidden from you" in text] == [
        "People: fields or records that are hidden from you"
    ]


def test_a_team_that_is_not_below_is_not_given(world: World) -> None:
    Role.objects.filter(key="member").update(rights=["users"])
    ann = world.actor("ann")
    with pytest.raises(NotAllowed, match="not below yours"):
        users.create_user(ann, UserData("Kim", "kim@example.com", world.roles["read_only"].pk, world.beta.pk))
    with pytest.raises(NotAllowed, match="not below yours"):
        users.change_user(ann, world.ray.pk, _data(world.ray, team_id=world.top.pk))


def test_the_last_administrator_stays(world: World) -> None:
    other = world.add("Abe Abel", "administrator", world.top)
    users.switch_off(world.actor("ada"), other.pk)
    with pytest.raises(NotAllowed, match="last active administrator"):
        users.change_user(Actor.system(), world.ada.pk, _data(world.ada, role_id=world.roles["member"].pk))
    with pytest.raises(NotAllowed, match="last active administrator"):
        users.switch_off(Actor.system(), world.ada.pk)


def test_the_pages_offer_what_one_may_give(world: World, mia: Actor) -> None:
    browser = world.client("mia", is_proven=True)
    form = browser.get("/settings/users/new").content.decode()
    assert ">Member<" in form and ">Administrator<" not in form
    assert browser.get("/settings/roles").status_code == 200
    assert "/settings/users" in browser.get("/profile").content.decode()
    page = f"/settings/roles/{world.roles['member'].pk}"
    answer = browser.post(page, {"name": "Member", "level.*.view": "team", "right": ["", "audit"]})
    assert answer.status_code == 403 and "do not have yourself" in answer.content.decode()
    sent = {"name": "Member", "level.*.view": "team", "right": ["", "bulk"]}
    assert browser.post(page, sent).status_code == 303
    assert Role.objects.get(key="member").rights == ["bulk"]
    assert world.client("ann").get("/settings/users").status_code == 403


def test_whoever_shapes_the_workspace_finds_its_fields(world: World) -> None:
    Role.objects.filter(key="manager").update(rights=["shape"])
    mia = world.client("mia")
    assert "/settings/fields" in mia.get("/profile").content.decode()
    assert mia.get("/settings/fields").status_code == 200
    assert "/settings/fields" not in world.client("ann").get("/profile").content.decode()
