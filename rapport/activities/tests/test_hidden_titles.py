"""A note is called by the beginning of its words: from whom these are hidden, from them its title is, too."""

import json

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.sorting import sort_keys
from rapport.core.changes.acts import titles_of
from rapport.core.events import consumers, pump
from rapport.core.exporting.reading import Reading
from rapport.core.notices.following import follow
from rapport.core.notices.models import Follow, Notice
from rapport.core.notices.reading import notices
from rapport.core.objects import registry, saving
from rapport.core.objects.linking import seen_titles
from rapport.core.search import rebuilding, scopes
from rapport.core.search.searching import search
from rapport.core.timeline.reading import timeline
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db

NOTE = registry.get("note")
SECRET = "Salary is 90000 a year"


@pytest.fixture
def note(world: World) -> int:
    """A note of Ann's about a person, whose words Bob may not see."""
    levels = {"*": dict.fromkeys(("view", "create", "edit", "trash", "export", "import"), "all")}
    rules = {kind: {"body": "hidden"} for kind in ("note", "call")}
    role = house.role("discreet", levels=levels, field_rules=rules)
    world.bob.role = role
    world.bob.save()
    return add_note(world.actor("ann"), NoteInput(SECRET, (house.a_person(world.actor("ann")).pk,))).pk


def bob(world: World) -> Actor:
    return world.actor("bob")


def about(note: int) -> int:
    ids = NOTE.field("about").load_many([note])[note]  # type: ignore[attr-defined]
    return int(ids[0])


def test_it_works(world: World, note: int) -> None:
    client, ann = world.client("bob"), world.client("ann")
    own = [f"/notes/{note}{page}" for page in ("", "/edit", "/history", "/share", "/peek")]
    for path in (*own, "/notes", f"/people/{about(note)}", "/notes?q=salary", "/palette?q=salary", "/palette", "/"):
        assert "Salary" not in client.get(path).content.decode(), path
    assert "Salary" in ann.get("/notes").content.decode()
    assert "Note" in client.get(f"/notes/{note}").content.decode()
    assert "Salary" not in client.get("/palette", {"of": note}).content.decode()
    assert "Salary" not in client.get("/palette", {"q": f"#{note}"}).content.decode()
    assert "Salary" not in client.get("/choose/note").content.decode()


def test_lists_and_searches_do_not_call_it_so(world: World, note: int) -> None:
    assert [row.title for row in list_page(bob(world), NOTE, ListQuery(), []).rows] == ["Note"]
    for ready in (False, True):
        if ready:
            scopes.refresh()
            rebuilding.rebuild()
        assert search(bob(world), NOTE, "salary", 5) == []
        assert list_page(bob(world), NOTE, ListQuery(find="salary"), []).rows == []
    assert [hit.title for hit in search(world.actor("ann"), NOTE, "salary", 5)] == [SECRET]


def test_links_acts_and_exports_do_not_either(world: World, note: int) -> None:
    assert seen_titles(bob(world), [note]) == {note: "Note"}
    assert titles_of(bob(world), {note: "note"}) == {note: "Note"}
    (chunk,) = Reading(bob(world), NOTE, ListQuery(), []).chunks()
    assert chunk.titles == ["Note"]
    assert seen_titles(world.actor("ann"), [note]) == {note: SECRET}


def test_timelines_and_notices_do_not_either(world: World, note: int) -> None:
    ann = world.actor("ann")
    Follow.objects.all().delete()
    follow(bob(world), about(note), on=True)
    saving.update(ann, NOTE, note, {"body": SECRET + ", or more"})
    log_call(ann, CallInput((about(note),), body=SECRET))
    person = registry.get("person")
    told = timeline(bob(world), person, person.model._default_manager.get(pk=about(note)))
    assert "Salary" not in repr(told)
    consumers.begin()
    pump.drain()
    assert "Salary" not in repr(notices(bob(world)))
    assert "Salary" not in json.dumps(list(Notice.objects.values_list("text", flat=True)))


def test_what_is_saved_keeps_its_title(world: World, note: int) -> None:
    world.client("bob").post(f"/notes/{note}/edit", {"version": "1", "tags": "VIP"})
    note_ = NOTE.model._default_manager.get(pk=note)
    assert note_.title == SECRET and note_.version == 2


def test_the_order_of_titles_tells_nothing(note: int, world: World) -> None:
    (key,) = sort_keys(bob(world), NOTE, "title")
    assert key.name == "created_at"
    (own,) = sort_keys(world.actor("ann"), NOTE, "title")
    assert own.name == "title"
