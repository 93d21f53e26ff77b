"""The search over what is stored, the queue of what it found, and what is decided there."""

import datetime

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import undo
from rapport.core.errors import NotAllowed, NotFound
from rapport.core.merging.merge import merge
from rapport.core.objects import saving
from rapport.lib import clock
from rapport.people.duplicates import queue, running
from rapport.people.duplicates.models import DuplicatePair, DuplicateSearch
from tests import house
from tests.world import World


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    """No test knows what another one remembered."""
    house.forget()


@pytest.fixture
def ada(db: None) -> Actor:
    """The administrator."""
    return house.admin()


def twins(by: Actor, **values: str) -> tuple[int, int]:
    """Two who are one, among some who are not."""
    for number, name in enumerate(("Ann", "Bob", "Eve", "Ray")):
        house.a_person(by, name, f"Other{number}")
    one = house.a_person(by, phone="+49 30 1234567", job_title="Head", **values)
    return one.pk, house.a_person(by, last_name="Bergh", phone="030 1234567", **values).pk


def waiting(actor: Actor) -> list[tuple[int, int]]:
    return [(row.one.pk, row.other.pk) for row in queue.page(actor, "person").rows]


def test_it_works(ada: Actor) -> None:
    one, other = twins(ada)
    running.search_all("person")
    (row,) = queue.page(ada, "person").rows
    assert (row.one.pk, row.other.pk) == (one, other)
    assert [what for what, _how in row.reasons] == ["phone", "names"]


def test_what_is_no_double_is_not_asked_again(ada: Actor) -> None:
    twins(ada)
    running.search_all("person")
    queue.different(ada, DuplicatePair.objects.get().pk)
    running.search_all("person")
    assert waiting(ada) == []


def test_it_is_asked_again_when_one_of_them_changes(ada: Actor) -> None:
    one, other = twins(ada)
    running.search_all("person")
    queue.different(ada, DuplicatePair.objects.get().pk)
    saving.update(ada, house.person(), other, {"last_name": "Berg"})
    running.search_all("person")
    assert waiting(ada) == [(one, other)]


def test_later_is_a_week_later(ada: Actor) -> None:
    pair = twins(ada)
    running.search_all("person")
    queue.later(ada, DuplicatePair.objects.get().pk)
    assert waiting(ada) == []
    with clock.frozen(clock.now() + datetime.timedelta(days=8)):
        assert waiting(ada) == [pair]


def test_a_merged_pair_is_gone_and_comes_back_with_the_undo(ada: Actor) -> None:
    one, other = twins(ada)
    running.search_all("person")
    done = merge(ada, house.person(), one, [other])
    assert waiting(ada) == []
    undo(ada, done.act.pk)
    assert waiting(ada) == [(one, other)]


def test_what_is_no_longer_alike_is_forgotten(ada: Actor) -> None:
    _one, other = twins(ada)
    running.search_all("person")
    saving.update(ada, house.person(), other, {"first_name": "Otto", "last_name": "Klein"})
    running.search_all("person")
    assert not DuplicatePair.objects.exists()


def test_pairs_that_one_may_not_see_are_not_shown(ada: Actor) -> None:
    twins(ada)
    running.search_all("person")
    bly = house.actor("Bly", house.role("Own", rights=["merge"], levels=house.levels("own")))
    assert waiting(bly) == []
    with pytest.raises(NotFound):
        queue.different(bly, DuplicatePair.objects.get().pk)


def test_reasons_of_hidden_fields_are_not_told(ada: Actor) -> None:
    twins(ada)
    running.search_all("person")
    role = house.role(
        "No phones", rights=["merge"], levels=house.levels(), field_rules={"person": {"phones": "hidden"}}
    )
    (row,) = queue.page(house.actor("Bly", role), "person").rows
    assert [what for what, _how in row.reasons] == ["names"]


def test_who_may_not_merge_has_no_queue(ada: Actor) -> None:
    reader = house.actor("Rea", house.role("Reader", rights=["merge"], levels=house.levels(edit="none", trash="none")))
    with pytest.raises(NotAllowed):
        queue.page(reader, "person")


def test_only_administrators_start_a_search(ada: Actor) -> None:
    with pytest.raises(NotAllowed):
        running.look(house.actor("Bly", house.role("All", rights=["merge"], levels=house.levels())), "person")


def test_a_search_that_was_cut_off_goes_on(ada: Actor) -> None:
    twins(ada)
    job = running.look(ada, "person")

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.search_all("person", job=job, progress=stop)
    cut = DuplicateSearch.objects.get()
    assert cut.rule == 3
    running.search_all("person", job=job)
    again = DuplicateSearch.objects.get()
    assert (again.pk, again.rule, again.found) == (cut.pk, 9, 1)
    assert again.ended_at is not None


def test_the_job_says_what_it_found(ada: Actor) -> None:
    twins(ada)
    job = running.look(ada, "person")
    assert running.look(ada, "person").pk == job.pk
    house.work()
    job.refresh_from_db()
    assert (job.state, job.result["message"]) == ("done", "1 pair that may be one.")


def test_the_screen_shows_them_and_takes_decisions(world: World, client: Client) -> None:
    twins(Actor.of(world.ada))
    running.search_all("person")
    client.force_login(world.ada)
    page = client.get("/duplicates").content.decode()
    assert "same phone" in page
    pair = DuplicatePair.objects.get()
    assert client.post(f"/duplicates/pairs/{pair.pk}/different")["Location"] == "/duplicates/person"
    assert "No duplicates" in client.get("/duplicates").content.decode()
    client.post(f"/duplicates/pairs/{pair.pk}/open")
    assert "same phone" in client.get("/duplicates").content.decode()
