"""Search, for every object: who may not see a record does not find it, and entries say what the record says."""

import re

import pytest

from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.visible import get_record
from rapport.core.errors import NotFound
from rapport.core.objects import saving
from rapport.core.search import rebuilding
from rapport.core.search.models import SearchEntry
from rapport.core.search.searching import search
from tests import house
from tests.contracts.stock import MADE, SPECS, make, spec_of
from tests.world import World

pytestmark = pytest.mark.django_db
PEOPLE = ("ada", "mia", "ann", "bob", "eve", "ray")


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    house.forget()


def words_of(pk: int) -> list[str]:
    """What a record is found by, longest first."""
    return sorted(SearchEntry.objects.get(pk=pk).open_text.split(), key=len, reverse=True)


@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_it_works(world: World, kind: str) -> None:
    spec = spec_of(kind)
    record = make(world.actor("ann"), spec, 7)
    for text in words_of(record.pk):
        assert record.pk in [hit.id for hit in search(world.actor("ann"), spec, text, 50)], text


@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_nobody_finds_what_they_may_not_see(world: World, kind: str) -> None:
    spec = spec_of(kind)
    record = make(world.actor("ann"), spec, 7)
    for who in PEOPLE:
        actor = world.actor(who)
        try:
            sees = bool(get_record(actor, spec, record.pk))
        except NotFound:
            sees = False
        for text in [record.title, *words_of(record.pk)]:
            if not re.search(r"\w", text):
                continue
            found = record.pk in [hit.id for hit in search(actor, spec, text, 50)]
            listed = record.pk in [row.id for row in list_page(actor, spec, ListQuery(find=text), []).rows]
            assert found == listed == sees, (who, text)
            if who == "eve":
                browser = world.client(who)
                for url in (f"/palette?q={text}", f"/choose/{kind}?q={text}"):
                    assert f"{record.pk}" not in re.findall(r"(?:/|data-id=\")(\d+)", browser.get(url).content.decode())


@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_a_new_record_has_the_entry_that_a_rebuild_would_write(world: World, kind: str) -> None:
    spec = spec_of(kind)
    record = make(world.actor("ann"), spec, 7)
    entry = SearchEntry.objects.filter(pk=record.pk)
    written = {name: set(text.split()) for name, text in entry.values("open_text", "restricted_text")[0].items()}
    assert written["open_text"]
    rebuilding.rebuild()
    assert {
        name: set(text.split()) for name, text in entry.values("open_text", "restricted_text")[0].items()
    } == written


@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_what_is_trashed_is_not_found_until_it_returns(world: World, kind: str) -> None:
    ada, spec = world.actor("ada"), spec_of(kind)
    record = make(ada, spec, 7)
    text = words_of(record.pk)[0]
    saving.trash(ada, spec, [record.pk])
    assert record.pk not in [hit.id for hit in search(ada, spec, text, 50)]
    saving.restore(ada, spec, [record.pk])
    assert record.pk in [hit.id for hit in search(ada, spec, text, 50)]
