"""Lists of what one follows: for every object, page by page, for each reader their own, and by an index."""

from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.core.access import anchors
from rapport.core.access.anchors import named
from rapport.core.access.conditions import Term, from_address, to_address
from rapport.core.access.pages import ListQuery, count_capped, list_page, rows_matching
from rapport.core.access.words import words
from rapport.core.errors import BadQuery
from rapport.core.notices.following import follow
from rapport.core.notices.models import Follow
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from tests.world import World

pytestmark = pytest.mark.django_db

PERSON = registry.get("person")
MINE = Term("followed", "", "me")
NOT_MINE = Term("followed", "not", "me")


def people(world: World, number: int, who: str = "ann") -> list[int]:
    values = [{"first_name": f"P{one:02}", "last_name": "Lind"} for one in range(number)]
    ids = [saving.create(world.actor(who), PERSON, row).pk for row in values]
    Follow.objects.all().delete()  # what one makes one follows by itself
    return ids


def listed(actor: Actor, query: ListQuery, spec: ObjectSpec = PERSON) -> list[int]:
    return [row.id for row in list_page(actor, spec, query, []).rows]


def test_it_works(world: World) -> None:
    ann, bob, ids = world.actor("ann"), world.actor("bob"), people(world, 5)
    for pk in ids[:3]:
        follow(ann, pk, on=True)
    follow(bob, ids[4], on=True)
    assert listed(ann, ListQuery(MINE, sort="title")) == ids[:3]
    assert listed(bob, ListQuery(MINE)) == [ids[4]]
    assert listed(ann, ListQuery(NOT_MINE, sort="title")) == ids[3:]
    assert count_capped(ann, PERSON, ListQuery(MINE)) == 3
    follow(ann, ids[1], on=False)
    assert listed(ann, ListQuery(MINE, sort="title")) == [ids[0], ids[2]]


@pytest.mark.parametrize("spec", registry.every(), ids=lambda spec: spec.key)
def test_every_object_can_be_asked(world: World, spec: ObjectSpec) -> None:
    ann = world.actor("ann")
    condition = from_address(ann, spec, [("followed", "me")])
    assert to_address(condition) == [("followed", "me")]
    assert listed(ann, ListQuery(condition), spec) == []
    assert words(ann, spec, condition) == "Followed by me"
    page = world.client("ann").get(f"/{spec.path}?followed=me")
    assert page.status_code == 200 and "followed=me" in page.content.decode()


SORTS = ("title", "-title", "created_at", "-created_at", "last_activity_at", "title,created_at")


@pytest.mark.parametrize("sort", SORTS)
def test_pages_by_key_bring_each_once_also_when_one_is_left_meanwhile(world: World, sort: str) -> None:
    ann, ids = world.actor("ann"), people(world, 9)
    for pk in ids[:7]:
        follow(ann, pk, on=True)
    whole = listed(ann, ListQuery(MINE, sort=sort))
    assert sorted(whole) == sorted(ids[:7])
    found: list[int] = []
    page = list_page(ann, PERSON, ListQuery(MINE, sort=sort, size=3), [])
    while True:
        found += [row.id for row in page.rows]
        if not page.has_next:
            break
        follow(ann, found[-1], on=False)  # the record at the edge is no longer in the list
        page = list_page(ann, PERSON, ListQuery(MINE, sort=sort, size=3, after=found[-1]), [])
    assert found == whole
    back = list_page(ann, PERSON, ListQuery(MINE, sort=sort, size=3, before=whole[-1]), [])
    assert [row.id for row in back.rows] == [pk for pk in whole[:-1] if pk not in (whole[2], whole[5])][-3:]


def test_what_one_follows_and_may_not_see_any_more_is_not_there(world: World) -> None:
    (hidden,) = people(world, 1, "eve")
    ann = world.actor("ann")
    follow(ann, hidden, on=True)
    assert not listed(ann, ListQuery(MINE))
    assert listed(world.actor("mia"), ListQuery(NOT_MINE)) == [hidden]


def test_it_goes_together_with_other_conditions_and_behind_a_link(world: World) -> None:
    ann = world.actor("ann")
    hexa = saving.create(ann, registry.get("company"), {"name": "Hexa"})
    lea = saving.create(ann, PERSON, {"first_name": "Lea", "company": hexa.pk, "lifecycle": "lead"})
    people(world, 3)
    follow(ann, hexa.pk, on=True)
    both = from_address(ann, PERSON, [("company.followed", "me"), ("lifecycle", "lead")])
    assert listed(ann, ListQuery(both)) == [lea.pk]
    either = from_address(ann, PERSON, [("any.1.followed", "me"), ("any.1.lifecycle", "lead")])
    assert listed(ann, ListQuery(either)) == [lea.pk]


def test_nobody_else_can_be_asked_for(world: World) -> None:
    for value in ("", "2", "bob", "me,2"):
        with pytest.raises(BadQuery):
            listed(world.actor("ann"), ListQuery(Term("followed", "is", value)))


def test_one_press_adds_it_in_the_filter_menu(world: World) -> None:
    client = world.client("ann")
    menu = client.get("/people/filter?in=lifecycle%3Dlead").content.decode()
    assert "Followed by me" in menu
    added = client.get("/people/filter?in=lifecycle%3Dlead&f=followed&o=is&v=me&add=1")
    assert added.status_code == 302 and added.headers["Location"] == "/people?lifecycle=lead&followed=me"
    chips = client.get("/people?followed=me").content.decode()
    assert "Followed" in chips and "f=followed" in chips
    assert client.get("/people/filter?f=followed").status_code == 200


def test_an_index_leads_to_what_one_follows(world: World) -> None:
    ann, ids = world.actor("ann"), people(world, 3)
    follow(ann, ids[0], on=True)
    mine = _plan(Follow.objects.filter(user_id=ann.user_id, is_on=True).values("record_id"))
    assert "follow_once" in mine or "sqlite_autoindex_core_follow_1 (user_id=?)" in mine, mine
    rows = _plan(rows_matching(ann, PERSON, ListQuery(MINE)).order_by().values("pk"))
    assert "people_person USING INTEGER PRIMARY KEY" in rows or "people_person_pkey" in rows, rows


def test_who_follows_more_than_can_be_named_walks_along_the_sort(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ids = world.actor("ann"), people(world, 5)
    for pk in ids[:4]:
        follow(ann, pk, on=True)
    monkeypatch.setattr(anchors, "MOST_ENTRIES", 3)
    assert named(ann, PERSON, MINE) is None
    assert listed(ann, ListQuery(MINE, sort="title", size=3)) == ids[:3]
    assert count_capped(ann, PERSON, ListQuery(MINE)) == 4


def _plan(rows: Any) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read whole otherwise
    return str(rows.explain())
