"""Staff sessions: administrators work as a normal role until they open one, for half an hour and with a reason."""

from datetime import timedelta

import pytest
from django.test import Client

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.events.models import Event
from rapport.core.jobs import queue
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.workspace import staff
from rapport.workspace.actions import roles
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "/staff-session"


@pytest.fixture
def ada(world: World) -> Client:
    """An administrator's browser where administrators work as managers."""
    staff.change_works_as(world.actor("ada"), world.roles["manager"].pk)
    return world.client("ada", is_proven=True)


def _open(browser: Client) -> None:
    assert browser.post(PAGE, {"reason": "A new colleague"}).status_code == 303


def test_it_works(world: World, ada: Client) -> None:
    assert not world.actor("ada").all_rights and world.actor("ada").role == world.roles["manager"]
    assert ada.get("/settings/users").status_code == 403
    assert "Open staff session" in ada.get("/people").content.decode()
    _open(ada)
    page = ada.get("/settings/users").content.decode()
    assert "Staff session until" in page and "Open staff session" not in page
    assert ada.post(f"{PAGE}/end").status_code == 303
    assert ada.get("/settings/users").status_code == 403
    began, ended = Event.objects.filter(kind__startswith="staff.").order_by("pk")
    assert began.kind == "staff.began" and began.data["reason"] == "A new colleague" and ended.kind == "staff.ended"
    assert {began.user_id, ended.user_id} == {world.ada.pk}


def test_nothing_changes_for_a_workspace_that_does_not_want_it(world: World) -> None:
    ada = world.client("ada", is_proven=True)
    assert world.actor("ada").all_rights and ada.get("/settings/users").status_code == 200
    assert "staff session" not in ada.get("/people").content.decode()
    assert ada.get(PAGE).status_code == 403


def test_a_reason_is_asked_for_and_nobody_else_opens_one(world: World, ada: Client) -> None:
    for reason in ("", "  ", "x" * 300):
        answer = ada.post(PAGE, {"reason": reason})
        assert answer.status_code == 422, reason
    for who in ("mia", "ann", "ray"):
        assert world.client(who, is_proven=True).post(PAGE, {"reason": "Please"}).status_code == 403
    assert not Event.objects.filter(kind="staff.began").exists()
    assert world.client("ada").get(PAGE).headers["Location"].startswith("/confirm")


def test_it_ends_by_itself_but_what_was_begun_is_still_saved(
    world: World, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(ada)
    start = clock.now()
    for minutes, seen, sent in ((29, 200, 303), (31, 403, 303), (41, 403, 403)):
        moment = start + timedelta(minutes=minutes)
        with monkeypatch.context() as patched:
            patched.setattr(clock, "now", lambda now=moment: now)
            assert ada.get("/settings/teams").status_code == seen, minutes
            form = {"name": f"Team {minutes}", "parent": str(world.top.pk)}
            assert ada.post("/settings/teams/new", form).status_code == sent, minutes
    assert Event.objects.filter(kind="staff.ended").count() == 1


def test_a_job_asked_for_in_a_staff_session_has_its_rights(world: World, ada: Client) -> None:
    user = world.actor("ada")
    plain = queue.enqueue("audit.verify", {}, user)
    opened = queue.enqueue("audit.verify", {}, Actor.of(world.ada, in_staff=True))
    assert not queue.actor_of(plain).all_rights and queue.actor_of(opened).all_rights
    stranger = queue.enqueue("audit.verify", {}, Actor.of(world.ann, in_staff=True))
    assert not queue.actor_of(stranger).all_rights


def test_records_follow_the_role_one_works_as(world: World, ada: Client) -> None:
    apart = saving.create(Actor.system(), registry.get("company"), {"name": "Apart"})
    assert ada.get(f"/companies/{apart.pk}").status_code == 404
    _open(ada)
    assert ada.get(f"/companies/{apart.pk}").status_code == 200


def test_the_setting_is_the_administrators_and_holds_at_once(world: World) -> None:
    manager = world.roles["manager"]
    with pytest.raises(NotAllowed):
        staff.change_works_as(world.actor("mia"), manager.pk)
    with pytest.raises(Invalid):
        staff.change_works_as(world.actor("ada"), world.roles["administrator"].pk)
    browser = world.client("ada", is_proven=True)
    answer = browser.post("/settings/roles/works-as", {"works_as": str(manager.pk)})
    assert answer.headers["Location"] == PAGE and workspace.current().works_as_id == manager.pk
    assert browser.post("/settings/roles/works-as", {"works_as": ""}).status_code == 403
    _open(browser)
    world.mia.role = world.roles["member"]
    world.mia.save()
    with pytest.raises(Invalid, match="work as this role"):
        roles.remove_role(Actor.system(), manager.pk)
    assert browser.post("/settings/roles/works-as", {"works_as": ""}).status_code == 303
    assert world.actor("ada").all_rights


def test_who_is_no_administrator_any_more_has_no_session_left(world: World, ada: Client) -> None:
    _open(ada)
    world.ada.role = world.roles["member"]
    world.ada.save()
    assert ada.get("/settings/users").status_code == 403
    assert Event.objects.filter(kind="staff.ended").exists()
