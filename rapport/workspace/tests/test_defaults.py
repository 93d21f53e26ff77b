"""What a new workspace starts with."""

import pytest

from rapport.accounts.models import Role, Team, Workspace
from rapport.core.access.levels import Level, level_of
from rapport.workspace.defaults import ensure_defaults
from tests.world import World

pytestmark = pytest.mark.django_db


def test_defaults_come_once_and_never_overwrite() -> None:
    ensure_defaults()
    Role.objects.filter(key="member").update(name="Colleague", levels={"*": {"view": "own"}})
    Workspace.objects.update(name="Northwind Studio")
    ensure_defaults()
    assert Workspace.objects.get().name == "Northwind Studio"
    assert Team.objects.count() == 1
    assert set(Role.objects.values_list("key", flat=True)) == {"administrator", "manager", "member", "read_only"}
    assert Role.objects.get(key="member").name == "Colleague"


def test_the_roles_reach_as_far_as_they_say(world: World) -> None:
    reach = {name: level_of(world.actor(name), "person", "view") for name in ("ann", "mia", "ray", "ada")}
    assert reach == {"ann": Level.TEAM, "mia": Level.TEAM_BELOW, "ray": Level.TEAM, "ada": Level.ALL}
    assert level_of(world.actor("ray"), "person", "create") is Level.NONE
    assert level_of(world.actor("ann"), "person", "trash") is Level.OWN


def test_a_manager_stands_above_both_teams(world: World) -> None:
    assert set(world.actor("mia").team_ids_below) == {world.top.pk, world.alpha.pk, world.beta.pk}
    assert world.actor("ann").team_ids_below == (world.alpha.pk,)
