"""Notices on the screen: bell, panel, page, settings, star, home."""

import pytest

from rapport.activities.actions import NoteInput, add_note
from rapport.core.notices.following import followers
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from tests.world import World

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def mention_bob(world: World) -> int:
    person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea", "last_name": "Lind"})
    add_note(world.actor("ann"), NoteInput("Ask @Bob Baker", (person.pk,)))
    return int(person.pk)


def test_it_works(world: World) -> None:
    mention_bob(world)
    bob = world.client("bob")
    for url in ("/", "/notifications", "/notifications/panel", "/notifications?unread=1"):
        page = bob.get(url).content.decode()
        assert "Ann Archer mentioned you" in page and "Lea Lind" in page and "Ask @Bob Baker" in page, url
    assert '<span class="n">1</span>' in bob.get("/people").content.decode()
    assert '<span class="n">' not in world.client("ann").get("/people").content.decode().split("<nav")[0]


def test_the_bell_answers_only_when_something_changed(world: World) -> None:
    mention_bob(world)
    bob = world.client("bob")
    assert bob.get("/notifications/count?shown=1").status_code == 204
    assert '<span class="n">1</span>' in bob.get("/notifications/count?shown=").content.decode()
    rows = [Notice(user=world.bob, kind="job", at=world.bob.created_at, once=str(number)) for number in range(20)]
    Notice.objects.bulk_create(rows)
    assert '<span class="n">9+</span>' in bob.get("/notifications/count?shown=1").content.decode()


def test_marking_all_as_read_can_be_taken_back(world: World) -> None:
    mention_bob(world)
    bob = world.client("bob")
    answer = bob.post("/notifications/read", headers=HTMX)
    assert 'class="unread"' not in answer.content.decode() and 'hx-swap-oob="innerHTML"' in answer.content.decode()
    assert bob.get("/notifications/count?shown=").status_code == 204
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert bob.post(undo).status_code == 303
    assert bob.get("/notifications/count?shown=1").status_code == 204
    assert bob.post("/notifications/read").status_code == 303, "without JavaScript, too"
    assert "All read" in bob.get("/notifications?unread=1").content.decode()
    assert bob.post("/notifications/unread?at=99999999999999999").status_code == 303
    assert bob.post("/notifications/unread?at=x").status_code == 400


def test_the_star_is_turned(world: World) -> None:
    pk = mention_bob(world)
    ray = world.client("ray")
    page = ray.get(f"/people/{pk}").content.decode()
    assert 'aria-pressed="false"' in page and "Also followed by Ann Archer, Bob Baker" in page
    told = ray.post(f"/people/{pk}/follow", {"on": "1"}, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in told and 'name="on" value="0"' in told
    assert followers(world.actor("ray"), pk).mine
    assert ray.post(f"/people/{pk}/follow").status_code == 303, "the palette only presses it"
    assert not followers(world.actor("ray"), pk).mine
    assert world.client("eve").post(f"/people/{pk}/follow", {"on": "1"}).status_code == 404


def test_the_settings_are_kept(world: World) -> None:
    bob = world.client("bob")
    page = bob.get("/notifications/settings").content.decode()
    assert page.count("checked") == page.count('type="checkbox"') > 6
    answer = bob.post("/notifications/settings", {"assignment": "1", "follow:created": "1", "nonsense": "1"})
    assert answer.status_code == 303
    assert bob.get("/notifications/settings").content.decode().count(" checked") == 2
    mention_bob(world)
    assert not Notice.objects.filter(user=world.bob).exists()


def test_home_tells_what_came_in(world: World) -> None:
    saving.create(world.actor("bob"), registry.get("person"), {"first_name": "New", "last_name": "Arrival"})
    page = world.client("ann").get("/").content.decode()
    assert "What came in" in page and "New Arrival" in page, "of her team"
    assert "New Arrival" not in world.client("eve").get("/").content.decode()
    assert "New Arrival" not in world.client("mia").get("/").content.decode().split("Recent")[0], "of another team"
