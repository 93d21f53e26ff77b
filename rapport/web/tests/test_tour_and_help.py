"""The tour over the real pages, and the pages of help."""

import pytest

from rapport.core.objects import registry, saving
from rapport.web import help_reading, tour
from rapport.web.help import fitting
from rapport.workspace.models import Beginning
from tests.world import World

pytestmark = pytest.mark.django_db


def test_it_works(world: World) -> None:
    saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea"})
    client = world.client("ann")
    for number in range(1, len(tour.STOPS) + 1):
        page = client.get(f"/tour/{number}/go", follow=True)
        assert page.status_code == 200
        assert f"Tour · {number} of {len(tour.STOPS)}" in page.content.decode()
    client.post("/tour/end")
    assert Beginning.objects.get(pk=world.ann.pk).toured_at is not None


@pytest.mark.parametrize("stop", ["0", "8", "99", "x", "1e3"])
def test_there_are_no_other_stops(world: World, stop: str) -> None:
    client = world.client("ann")
    assert client.get(f"/tour/{stop}/go").status_code == 404
    assert 'id="tour"' not in client.get("/", {"tour": stop}).content.decode()


def test_where_there_is_nobody_the_list_is_shown(world: World) -> None:
    assert world.client("ann").get("/tour/3/go")["Location"] == "/people?tour=3"


def test_who_may_not_import_is_not_led_there(world: World) -> None:
    assert len(tour.stops_for(world.actor("ray"))) == len(tour.STOPS) - 1


def test_every_page_of_help_opens_in_both_languages(world: World) -> None:
    client = world.client("ann")
    for language in ("en", "de"):
        type(world.ann).objects.update(language=language)
        for page in help_reading.pages(language):
            answer = client.get(f"/help/{page.slug}")
            assert answer.status_code == 200
            assert page.title in answer.content.decode()


def test_links_between_pages_of_help_lead_somewhere(world: World) -> None:
    client = world.client("ann")
    for language in ("en", "de"):
        for page in help_reading.pages(language):
            for part in page.html.split('href="/')[1:]:
                assert client.get("/" + part.partition('"')[0]).status_code == 200, (page.slug, part[:60])


def test_the_pages_of_help_are_found_by_their_words(world: World) -> None:
    assert "import" in [found.page.slug for found in help_reading.search("en", "dry run")]
    assert help_reading.search("en", "xyzzy") == []
    assert "<b>" not in world.client("ann").get("/help?q=%3Cb%3E").content.decode()


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/people/12", "people-and-companies"),
        ("/settings/general", "settings"),
        ("/import/3", "import"),
        ("/", "first-steps"),
    ],
)
def test_help_fits_the_page_one_is_on(world: World, address: str, slug: str) -> None:
    assert fitting(address) == slug
    assert world.client("ann").get("/help", {"on": address})["Location"] == f"/help/{slug}"


@pytest.mark.parametrize("slug", ["no-such-page", "..", "index.md"])
def test_there_are_no_other_pages(world: World, slug: str) -> None:
    assert world.client("ann").get(f"/help/{slug}").status_code == 404
