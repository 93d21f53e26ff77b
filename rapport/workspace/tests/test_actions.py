"""The verbs on users, teams, roles and the workspace: guard rails and history."""

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, SignInLink, Team, User
from rapport.core.access.levels import field_rule
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.workspace.actions import links, roles, teams, users
from rapport.workspace.actions.roles import RoleData
from rapport.workspace.actions.teams import TeamData
from rapport.workspace.actions.users import NewPassword, UserData
from rapport.workspace.defaults import first_administrator
from tests.world import World


def data_of(user: User, **changes: object) -> UserData:
    given = {"name": user.name, "email": user.email, "role_id": user.role_id, "team_id": user.team_id}
    return UserData(**{**given, **changes})  # type: ignore[arg-type]


class TestUsers:
    def test_the_last_administrator_stays(self, world: World) -> None:
        system, member = Actor.system(), world.roles["member"].pk
        with pytest.raises(NotAllowed, match="last active administrator"):
            users.switch_off(system, world.ada.pk)
        with pytest.raises(NotAllowed, match="last active administrator"):
            users.change_user(system, world.ada.pk, data_of(world.ada, role_id=member))
        zed = world.add("Zed Zeal", "administrator", None)
        users.switch_off(system, world.ada.pk)
        with pytest.raises(NotAllowed, match="last active administrator"):
            users.switch_off(system, zed.pk)

    def test_nobody_changes_their_own_role_or_switches_themselves_off(self, world: World) -> None:
        world.add("Zed Zeal", "administrator", None)
        ada = world.actor("ada")
        with pytest.raises(NotAllowed, match="own role"):
            users.change_user(ada, world.ada.pk, data_of(world.ada, role_id=world.roles["member"].pk))
        with pytest.raises(NotAllowed, match="their own account"):
            users.switch_off(ada, world.ada.pk)
        assert users.change_user(ada, world.ada.pk, data_of(world.ada, name="Ada B.")).name == "Ada B."

    @pytest.mark.parametrize("name", ["ann", "mia", "ray"])
    def test_only_administrators_touch_accounts(self, world: World, name: str) -> None:
        actor = world.actor(name)
        data = UserData("X", "x@example.com", world.roles["administrator"].pk)
        tries = (
            lambda: users.create_user(actor, data),
            lambda: users.change_user(actor, getattr(world, name).pk, data),
            lambda: users.switch_off(actor, world.bob.pk),
            lambda: users.switch_on(actor, world.bob.pk),
            lambda: links.make_sign_in_link(actor, world.ada),
            lambda: teams.create_team(actor, TeamData("X")),
            lambda: teams.remove_team(actor, world.beta.pk),
            lambda: roles.create_role(actor, RoleData("X")),
            lambda: roles.change_role(actor, world.roles["member"].pk, RoleData("X")),
            lambda: users.set_password(actor, world.ada.pk, NewPassword("a new password 7")),
        )
        for attempt in tries:
            with pytest.raises(NotAllowed):
                attempt()
        assert not Act.objects.filter(user_id=actor.user_id).exists()

    @pytest.mark.parametrize("password", ["short", "password", "12345678", "iloveyou", "x" * 1001])
    def test_a_bad_password_is_refused(self, world: World, password: str) -> None:
        with pytest.raises(Invalid):
            users.set_password(world.actor("ann"), world.ann.pk, NewPassword(password, current=world.password))

    @pytest.mark.parametrize(
        "password", ["quiet harbour lamp " * 5, " spaces kept  ", "ünïcødé 字 🦀 here", "aaaabbbb"]
    )
    def test_long_and_odd_passwords_are_taken_as_they_are(self, world: World, password: str) -> None:
        users.set_password(world.actor("ann"), world.ann.pk, NewPassword(password, current=world.password))
        ann = User.objects.get(pk=world.ann.pk)
        assert ann.check_password(password) and not ann.check_password(password.strip() + "x")

    def test_a_password_needs_the_present_one(self, world: World) -> None:
        with pytest.raises(Invalid) as refused:
            users.set_password(world.actor("ann"), world.ann.pk, NewPassword("a new password 7", current="wrong"))
        assert list(refused.value.errors) == ["current"]

    def test_everything_wrong_is_said_at_once(self, world: World) -> None:
        with pytest.raises(Invalid) as refused:
            users.create_user(world.actor("ada"), UserData(" ", "nobody", 999_999, 999_999))
        assert set(refused.value.errors) == {"name", "email", "role", "team"}

    def test_one_e_mail_is_one_account_whatever_its_case(self, world: World) -> None:
        with pytest.raises(Invalid, match="already signs in"):
            users.create_user(world.actor("ada"), UserData("Ann Two", "ANN@EXAMPLE.COM", world.roles["member"].pk))

    def test_a_stale_change_is_refused(self, world: World) -> None:
        seen, ada = users.user_state(world.ann), world.actor("ada")
        users.change_user(ada, world.ann.pk, data_of(world.ann, name="Ann B."), seen=seen)
        with pytest.raises(Conflict):
            users.change_user(ada, world.ann.pk, data_of(world.ann, name="Ann C."), seen=seen)

    def test_history_says_who_did_what_without_secrets(self, world: World) -> None:
        ada = world.actor("ada")
        data = data_of(world.ann, role_id=world.roles["manager"].pk, email="new@example.com")
        users.change_user(ada, world.ann.pk, data)
        act = Act.objects.get(kind="user.changed")
        assert act.user_id == world.ada.pk and f"#{world.ann.pk}" in act.label
        assert "role Member → Manager" in act.label and "new@example.com" not in act.label
        link = links.make_sign_in_link(ada, world.ann)
        kept = " ".join(Act.objects.values_list("label", flat=True))
        assert link.address.rpartition("/")[2] not in kept

    def test_a_new_e_mail_voids_links_sent_to_the_old(self, world: World) -> None:
        ada = world.actor("ada")
        links.make_sign_in_link(ada, world.ann)
        users.change_user(ada, world.ann.pk, data_of(world.ann, email="new@example.com"))
        assert not SignInLink.objects.exists()

    def test_no_link_for_an_account_switched_off(self, world: World) -> None:
        users.switch_off(world.actor("ada"), world.bob.pk)
        with pytest.raises(Invalid, match="switched off"):
            links.make_sign_in_link(world.actor("ada"), User.objects.get(pk=world.bob.pk))

    def test_the_first_administrator_is_made_once(self, db: None) -> None:
        user, link = first_administrator("first@example.com", "First")
        again, other = first_administrator("second@example.com", "Second")
        assert user == again and link != other and user.role.is_admin and not user.has_usable_password()
        assert User.objects.count() == 1


class TestTeams:
    def test_a_moved_team_takes_its_subtree_along(self, world: World) -> None:
        ada = world.actor("ada")
        inner = teams.create_team(ada, TeamData("Inner", world.alpha.pk))
        leaf = teams.create_team(ada, TeamData("Leaf", inner.pk))
        teams.change_team(ada, world.alpha.pk, TeamData("Alpha", world.beta.pk))
        paths = dict(Team.objects.values_list("pk", "path"))
        base = f"/{world.top.pk}/{world.beta.pk}/{world.alpha.pk}/"
        assert paths[world.alpha.pk] == base
        assert paths[inner.pk] == f"{base}{inner.pk}/" and paths[leaf.pk] == f"{base}{inner.pk}/{leaf.pk}/"
        assert paths[world.beta.pk] == f"/{world.top.pk}/{world.beta.pk}/"
        assert Team.objects.get(pk=leaf.pk).depth == 4

    def test_a_team_never_stands_below_itself(self, world: World) -> None:
        ada = world.actor("ada")
        for parent in (world.top.pk, world.alpha.pk):
            with pytest.raises(Invalid, match="below itself"):
                teams.change_team(ada, world.top.pk, TeamData("Team", parent))

    def test_only_an_empty_team_goes(self, world: World) -> None:
        ada = world.actor("ada")
        for team, why in ((world.top, "teams below"), (world.beta, "members")):
            with pytest.raises(Invalid, match=why):
                teams.remove_team(ada, team.pk)
        User.objects.filter(team=world.beta).update(team=None)
        teams.remove_team(ada, world.beta.pk)
        with pytest.raises(NotFound):
            teams.get_team(world.beta.pk)

    def test_a_team_with_records_stays(self, world: World) -> None:
        saving.create(world.actor("ann"), registry.get("company"), {"name": "Northwind"})
        User.objects.filter(team=world.alpha).update(team=None)
        with pytest.raises(Invalid, match="Records still belong"):
            teams.remove_team(world.actor("ada"), world.alpha.pk)

    def test_the_tree_has_an_end(self, world: World) -> None:
        ada, parent = world.actor("ada"), world.beta
        with pytest.raises(Invalid, match="levels deep"):
            for number in range(teams.MOST_LEVELS):
                parent = teams.create_team(ada, TeamData(f"T{number}", parent.pk))
        with pytest.raises(Invalid, match="levels deep"):
            teams.change_team(ada, world.beta.pk, TeamData("Beta", world.alpha.pk))


class TestRoles:
    def test_a_matrix_comes_back_as_it_was_given(self, world: World) -> None:
        levels = {"*": {"view": "own"}, "person": {"view": "all", "edit": "team_below"}}
        role = roles.create_role(world.actor("ada"), RoleData("Desk", levels, {"person": {"email": "hidden"}}))
        kept = Role.objects.get(pk=role.pk)
        assert kept.levels["person"]["edit"] == "team_below" and kept.levels["person"]["trash"] == "none"
        assert kept.levels["*"]["view"] == "own" and not kept.is_admin

    def test_a_rule_holds_at_the_next_request(self, world: World) -> None:
        member = world.roles["member"]
        assert field_rule(world.actor("ann"), "person", "email") == ""
        data = RoleData("Member", member.levels, {"person": {"email": "hidden"}})
        roles.change_role(world.actor("ada"), member.pk, data)
        assert field_rule(world.actor("ann"), "person", "email") == "hidden"
        assert "field rules" in Act.objects.get(kind="role.changed").label

    @pytest.mark.parametrize(
        "data",
        [
            RoleData("X", {"dragon": {"view": "all"}}),
            RoleData("X", {"person": {"fly": "all"}}),
            RoleData("X", {"person": {"view": "galaxy"}}),
            RoleData("X", {}, {"person": {"tail": "hidden"}}),
            RoleData("X", {}, {"dragon": {"name": "hidden"}}),
            RoleData("X", {}, {"person": {"email": "blurred"}}),
            RoleData("member"),
            RoleData(" "),
        ],
    )
    def test_what_does_not_exist_is_refused(self, world: World, data: RoleData) -> None:
        with pytest.raises(Invalid):
            roles.create_role(world.actor("ada"), data)

    def test_the_administrators_role_keeps_its_rights(self, world: World) -> None:
        admin = world.roles["administrator"]
        roles.change_role(world.actor("ada"), admin.pk, RoleData("Boss", {"*": {"view": "none"}}))
        kept = Role.objects.get(pk=admin.pk)
        assert kept.name == "Boss" and kept.is_admin and kept.levels == admin.levels
        with pytest.raises(NotAllowed):
            roles.remove_role(world.actor("ada"), admin.pk)

    def test_a_role_in_use_stays(self, world: World) -> None:
        with pytest.raises(Invalid, match="still has this role"):
            roles.remove_role(world.actor("ada"), world.roles["member"].pk)
        spare = roles.create_role(world.actor("ada"), RoleData("Spare"))
        roles.remove_role(world.actor("ada"), spare.pk)
        assert not Role.objects.filter(pk=spare.pk).exists()
