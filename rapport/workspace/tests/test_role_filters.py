"""The records that there are for a role: taken over from the filter of a view, and obeyed from the next click on."""

from typing import Any

import pytest

from rapport.accounts.models import Role
from rapport.core.access.conditions import Term
from rapport.core.access.visible import visible_to
from rapport.core.errors import Invalid
from rapport.core.objects import registry, saving
from rapport.core.views.saved import Shape, delete, save_view
from rapport.workspace.actions import roles
from rapport.workspace.actions.roles import RoleData
from tests.world import World

pytestmark = pytest.mark.django_db
PERSON = registry.get("person")
WEB = {"field": "source", "operator": "is", "value": "Web"}


@pytest.fixture
def view(world: World) -> Any:
    for source in ("Web", "Fair"):
        saving.create(world.actor("ann"), PERSON, {"first_name": source, "source": source})
    return save_view(world.actor("ada"), PERSON, "From the web", Shape(Term("source", "is", "Web")))


def _seen(world: World) -> list[str]:
    return sorted(visible_to(world.actor("bob"), PERSON).values_list("title", flat=True))


def _save(world: World, **more: str) -> Any:
    role = Role.objects.get(key="member")
    sent = {f"level.*.{action}": level for action, level in role.levels["*"].items()}
    page = f"/settings/roles/{role.pk}"
    return world.client("ada").post(page, {"name": "Member", **sent, **more})


def test_it_works(world: World, view: Any) -> None:
    assert _seen(world) == ["Fair", "Web"]
    assert _save(world, **{"records.person": str(view.pk)}).status_code == 303
    assert Role.objects.get(key="member").filters.keys() == {"person"} and _seen(world) == ["Web"]
    delete(world.actor("ada"), view)  # the role keeps the condition itself
    page = world.client("ada").get(f"/settings/roles/{world.roles['member'].pk}").content.decode()
    assert 'name="records.person"' in page and "Web" in page
    assert _save(world, **{"records.person": "keep"}).status_code == 303 and _seen(world) == ["Web"]
    assert _save(world).status_code == 303 and _seen(world) == ["Web"]
    assert _save(world, **{"records.person": ""}).status_code == 303 and _seen(world) == ["Fair", "Web"]


@pytest.mark.parametrize("wanted", ["999", "x", "9" * 30])
def test_a_view_that_is_not_there_is_refused(world: World, view: Any, wanted: str) -> None:
    answer = _save(world, **{"records.person": wanted})
    assert answer.status_code == 422 and "no longer there" in answer.content.decode()
    assert not Role.objects.get(key="member").filters


def test_a_view_of_somebody_else_is_not_there(world: World) -> None:
    private = save_view(world.actor("ann"), PERSON, "Mine", Shape(Term("source", "is", "Web")))
    assert _save(world, **{"records.person": str(private.pk)}).status_code == 422


def test_what_cannot_be_understood_is_refused(world: World) -> None:
    for filters in ({"dragon": WEB}, {"person": {"field": "tail", "operator": "is", "value": "x"}}, {"person": []}):
        with pytest.raises(Invalid):
            roles.create_role(world.actor("ada"), RoleData("Desk", filters=filters))


def test_a_condition_whose_field_is_gone_shows_nothing_and_says_so(world: World, view: Any) -> None:
    gone = {"person": {"field": "c_gone", "operator": "is", "value": "x"}}
    Role.objects.filter(key="member").update(filters=gone)
    assert _seen(world) == [] and world.client("bob").get("/people").status_code == 200
    page = world.client("ada").get(f"/settings/roles/{world.roles['member'].pk}").content.decode()
    assert "cannot be read any more" in page


def test_an_empty_form_leaves_them(world: World) -> None:
    Role.objects.filter(key="member").update(filters={"person": WEB}, rights=["bulk"])
    assert _save(world).status_code == 303
    role = Role.objects.get(key="member")
    assert role.filters == {"person": WEB} and role.rights == ["bulk"]
