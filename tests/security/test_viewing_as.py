"""Looking on as another user: what they see, nothing that is theirs alone, and nothing is written on any way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rapport.core.audit.notes import note
from rapport.core.errors import NotAllowed
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry, saving
from rapport.core.onlookers import demand_writing
from rapport.core.unsent.keeping import keep, kept
from rapport.lib import clock
from rapport.workspace.viewing_as import CLOSED
from tests.contracts.test_addresses import PUBLIC
from tests.security.fuzzing import routes
from tests.security.test_rights import GRASPING, _path
from tests.world import World, _rows

pytestmark = pytest.mark.django_db
PERSON = registry.get("person")
# What is written all the same: that one looked on and was refused, and when the session was used.
_NOTED = ("accounts_session", "core_act", "core_event", "sqlite_sequence")


@pytest.fixture
def ada(world: World) -> Client:
    """An administrator's browser that looks on as Ann."""
    browser = world.client("ada", is_proven=True)
    assert browser.post(f"/settings/users/{world.ann.pk}/view-as").status_code == 303
    return browser


def _state() -> Any:
    kinds = Event.objects.exclude(kind="access.denied").count()
    return kinds, {name: rows for name, rows in _rows().items() if name not in _NOTED}


def test_it_works(world: World, ada: Client) -> None:
    mine = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë", "last_name": "Ann’s"})
    other = saving.create(world.actor("eve"), PERSON, {"first_name": "Yve", "last_name": "Eve’s"})
    page = ada.get("/people").content.decode()
    assert "You see Rapport as Ann Archer" in page and "Ann’s" in page and "Eve’s" not in page
    assert ada.get(f"/people/{mine.pk}").status_code == 200 and ada.get(f"/people/{other.pk}").status_code == 404
    assert ada.post("/view-as/end").status_code == 303
    page = ada.get("/people").content.decode()
    assert "You see Rapport as" not in page and "Eve’s" in page
    told = Event.objects.filter(kind__startswith="view_as.").order_by("pk").values_list("kind", "user_id", "data")
    assert list(told) == [
        ("view_as.began", world.ada.pk, {"user": world.ann.pk}),
        ("view_as.ended", world.ada.pk, {"user": world.ann.pk}),
    ]


@pytest.mark.sqlite_only  # refused before anything is asked of a database
def test_no_address_writes_anything(world: World, ada: Client) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë", "last_name": "Ann’s"})
    before = _state()
    for name, route in sorted(routes()):
        path = _path(route, person.pk)
        if name in PUBLIC or name in ("sign-out", "view-as-end"):
            continue
        assert ada.get(path).status_code != 500, path
        assert ada.post(path, {"first_name": "Stolen"}).status_code == 403, path
    assert ada.delete(f"/people/{person.pk}").status_code == 403
    kinds, tables = _state()
    assert kinds == before[0] and [name for name, rows in tables.items() if rows != before[1][name]] == []
    refused = ada.post(f"/people/{person.pk}/trash", GRASPING)
    assert "You only look on as Ann Archer" in refused.content.decode()
    assert {act.user_id for act in Act.objects.filter(kind="access.denied")} == {world.ada.pk}


def test_what_belongs_to_the_account_stays_closed(world: World, ada: Client) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    keep(world.actor("ann"), person.pk, "note", {"body": ["Half a secret"]})
    for path in CLOSED:
        assert ada.get(path).status_code == 403, path
    assert "Half a secret" not in ada.get(f"/people/{person.pk}").content.decode()
    assert "recent" not in ada.get(f"/people/{person.pk}").cookies
    ann = world.actor("ann")
    assert kept(ann, person.pk) and not kept(ann.looked_on(by=world.actor("ada")), person.pk)


def test_behind_the_doors_writing_is_refused_too(world: World) -> None:
    looking = world.actor("ann").looked_on(by=world.actor("ada"))
    for write in (lambda: demand_writing(looking), lambda: note(looking, "user.signed_in", {})):
        with pytest.raises(NotAllowed, match="only look on"):
            write()


@pytest.mark.parametrize("who", ["mia", "ann", "ray"])
def test_only_administrators_look_on(world: World, who: str) -> None:
    browser = world.client(who, is_proven=True)
    assert browser.post(f"/settings/users/{world.bob.pk}/view-as").status_code == 403
    assert not Event.objects.filter(kind="view_as.began").exists()


def test_it_ends_by_itself_and_with_the_rights(world: World, ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(minutes=31)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert "You see Rapport as" not in ada.get("/people").content.decode()
    assert Event.objects.filter(kind="view_as.ended").count() == 1
    ada.post(f"/settings/users/{world.ann.pk}/view-as")
    world.ann.is_active = False
    world.ann.save()
    assert "You see Rapport as" not in ada.get("/people").content.decode()


def test_nobody_looks_on_as_themselves_or_as_who_is_gone(world: World) -> None:
    ada = world.client("ada", is_proven=True)
    assert ada.post(f"/settings/users/{world.ada.pk}/view-as").status_code == 403
    world.ann.is_active = False
    world.ann.save()
    answer = ada.post(f"/settings/users/{world.ann.pk}/view-as")
    assert answer.status_code == 403 and "sees nothing" in answer.content.decode()
