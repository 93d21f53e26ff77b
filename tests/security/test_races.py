"""Two browsers at the same moment: one record, one undo, no lost change, no error of ours.

Threads need a database that several connections share, so these run on PostgreSQL; the rules are the same on SQLite,
where writers take turns from the first statement on.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from rapport.core.events.models import Act, Event
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.people.models import Identity, Person
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]
AT_ONCE = 6


def together(world: World, work: Callable[[Client, int], Any], *, who: str = "ann") -> list[int]:
    """The statuses of ``work`` done by several browsers at the same moment."""
    browsers = [world.client(who, is_proven=True) for _number in range(AT_ONCE)]
    gate, statuses = threading.Barrier(AT_ONCE), [0] * AT_ONCE

    def run(number: int) -> None:
        browsers[number].raise_request_exception = False
        try:
            gate.wait(10)
            statuses[number] = work(browsers[number], number).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return statuses


def _person(world: World) -> Any:
    return saving.create(world.actor("ann"), registry.get("person"), {"first_name": "A", "last_name": "B"})


def test_a_form_sent_twice_makes_one_record(world: World) -> None:
    data = {"first_name": "Once", "last_name": "Only", "form_token": "t" * 43}
    assert set(together(world, lambda browser, _n: browser.post("/people/new", data))) == {302}
    assert Person.objects.filter(first_name="Once").count() == 1


def test_of_conflicting_edits_one_is_saved_and_the_others_hear_of_it(world: World) -> None:
    person = _person(world)
    for key in ("first_name", "job_title"):
        version = Person.objects.get(pk=person.pk).version
        path = f"/people/{person.pk}/fact/{key}"
        statuses = together(world, lambda b, n, p=path, k=key, v=version: b.post(p, {k: f"V{n}", "version": str(v)}))  # type: ignore[misc]
        assert sorted(statuses) == [302] + [409] * (AT_ONCE - 1)
        assert Person.objects.get(pk=person.pk).version == version + 1


def test_tags_added_at_the_same_moment_are_all_kept(world: World) -> None:
    person = _person(world)
    together(world, lambda b, n: b.post("/people/bulk", {"do": "tag", "ids": str(person.pk), "tag": f"t{n}"}))
    field = registry.get("person").by_key["tags"]
    assert sorted(field.load_many([person.pk])[person.pk]) == [f"t{n}" for n in range(AT_ONCE)]  # type: ignore[attr-defined]


def test_undo_pressed_twice_undoes_once(world: World) -> None:
    person = _person(world)
    act = Act.objects.latest("pk")
    assert set(together(world, lambda browser, _n: browser.post(f"/acts/{act.pk}/undo"))) == {302}
    assert Act.objects.filter(undoes=act).count() == 1
    assert not Person.objects.get(pk=person.pk).live


def test_trash_and_restore_pressed_twice_leave_the_record_whole(world: World) -> None:
    person = _person(world)
    for verb, live in (("trash", False), ("restore", True)):
        statuses = together(world, lambda browser, _n, v=verb: browser.post(f"/people/{person.pk}/{v}"))  # type: ignore[misc]
        assert set(statuses) <= {302, 404}
        assert Person.objects.get(pk=person.pk).live is live
        assert (Record.objects.get(pk=person.pk).trashed_at is None) is live
        assert Event.objects.filter(subject_id=person.pk, kind=f"person.{verb}ed".replace("ee", "e")).count() == 1


def test_one_e_mail_goes_to_one_of_all_who_want_it(world: World) -> None:
    def make(browser: Client, number: int) -> Any:
        return browser.post("/people/new", {"first_name": f"N{number}", "last_name": "X", "email": "one@race.example"})

    statuses = together(world, make)
    assert sorted(statuses) == [302] + [422] * (AT_ONCE - 1)
    assert Identity.objects.filter(norm="one@race.example").count() == 1


def test_one_user_one_team_one_role_of_a_name(world: World) -> None:
    user = {"name": "Twin", "email": "twin@example.com", "role": str(world.roles["member"].pk)}
    for path, data in (("users", user), ("teams", {"name": "Twin", "parent": ""}), ("roles", {"name": "Twin"})):
        statuses = together(world, lambda b, _n, p=path, d=data: b.post(f"/settings/{p}/new", d), who="ada")  # type: ignore[misc]
        assert sum(status in (200, 302, 303) for status in statuses) == 1, (path, statuses)
        assert set(statuses) <= {200, 302, 303, 409, 422}, (path, statuses)
