"""Orders of several fields, and where a filtered list begins: the same records, whatever the plan."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.core.access import anchors, pages
from rapport.core.access.conditions import AllOf, Term
from rapport.core.access.pages import ListQuery, count_capped, list_page
from rapport.core.access.plans import Many
from rapport.core.access.sorting import sort_keys, written
from rapport.core.access.visible import compile_condition
from rapport.core.errors import BadQuery
from rapport.core.objects import saving
from rapport.people.models import Company, Person
from tests import house

COMPANY, PERSON = house.company(), house.person()
ROWS = [
    ("b", "retail", "Bonn"),
    ("a", "retail", "Ulm"),
    ("c", "software", "Berlin"),
    ("d", "", "bernau"),
    ("e", "", ""),
]


@pytest.fixture
def five(ada: Actor) -> None:
    for name, industry, city in ROWS:
        saving.create(ada, COMPANY, {"name": name, "industry": industry, "address": {"city": city}})


def names(actor: Actor, sort: str, spec: Any = COMPANY, **more: Any) -> list[str]:
    return [row.title for row in list_page(actor, spec, ListQuery(sort=sort, **more), []).rows]


@pytest.mark.usefixtures("five")
def test_it_works(ada: Actor) -> None:
    # Options stand in their own order, and what has no value stands last, downwards as well.
    assert names(ada, "industry,title") == ["c", "a", "b", "d", "e"]
    assert names(ada, "industry,-title") == ["c", "b", "a", "e", "d"]
    assert names(ada, "-industry,title") == ["a", "b", "c", "d", "e"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("sort", ["industry,title", "-industry,-title", "address,title", "owner,-created_at", "size"])
def test_every_record_is_visited_once_both_ways(ada: Actor, sort: str) -> None:
    whole = [row.id for row in list_page(ada, COMPANY, ListQuery(sort=sort), []).rows]
    assert len(whole) == len(ROWS)
    for place, record_id in enumerate(whole):
        after = list_page(ada, COMPANY, ListQuery(sort=sort, after=record_id, size=2), [])
        before = list_page(ada, COMPANY, ListQuery(sort=sort, before=record_id, size=2), [])
        assert [row.id for row in after.rows] == whole[place + 1 : place + 3]
        assert after.has_next == (place + 3 < len(whole))
        assert [row.id for row in before.rows] == whole[max(place - 2, 0) : place]


@pytest.mark.usefixtures("five")
def test_a_page_goes_on_behind_a_record_that_went_to_the_trash(ada: Actor) -> None:
    ids = [row.id for row in list_page(ada, COMPANY, ListQuery(sort="industry,title"), []).rows]
    saving.trash(ada, COMPANY, [ids[1]])
    assert names(ada, "industry,title", after=ids[1]) == ["b", "d", "e"]


@pytest.mark.usefixtures("five")
def test_too_many_records_stand_in_the_order_of_one_indexed_key(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_SORTED", 4)
    page = list_page(ada, COMPANY, ListQuery(sort="industry,-title"), [])
    assert written(page.keys) == "-title" and [row.title for row in page.rows] == ["e", "d", "c", "b", "a"]
    few = list_page(ada, COMPANY, ListQuery(sort="industry,-title", condition=Term("industry", "any", "retail")), [])
    assert written(few.keys) == "industry,-title"
    assert written(list_page(ada, COMPANY, ListQuery(sort="industry"), []).keys) == COMPANY.default_sort


def test_keys_are_read_once_and_at_most_four(ada: Actor) -> None:
    assert written(sort_keys(ada, COMPANY, "title, -title,industry")) == "title,industry"
    with pytest.raises(BadQuery, match="at most 4"):
        sort_keys(ada, COMPANY, "title,industry,size,owner,website")


@pytest.mark.usefixtures("five")
def test_few_beyond_an_index_are_found_as_by_walking(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    conditions = [
        Term("address.city", "contains", "BER"),
        Term("address.city", "is", "Bonn"),
        Term("address.city", "starts", "b"),
        Term("industry", "any", "retail"),
        Term("created_at", "within", "7d"),
        AllOf((Term("address.city", "contains", "n"), Term("industry", "any", "retail"))),
    ]
    anchored = [names(ada, "title", condition=condition) for condition in conditions]
    assert all(anchors.anchor(ada, COMPANY, condition) is not None for condition in conditions)
    counts = [count_capped(ada, COMPANY, ListQuery(condition=condition)) for condition in conditions]
    monkeypatch.setattr(anchors, "MOST_ENTRIES", -1)
    assert [names(ada, "title", condition=condition) for condition in conditions] == anchored
    assert counts == [len(found) for found in anchored]
    assert anchored[0] == ["c", "d"] and anchored[3] == ["a", "b"]


def test_a_column_of_too_many_values_is_no_place_to_begin(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        saving.create(ada, COMPANY, {"name": f"c{n}", "address": {"city": f"City {n}"}})
    field = COMPANY.by_key["address"].part("city")  # type: ignore[attr-defined]
    assert anchors.known_values(COMPANY, field) == ["City 0", "City 1", "City 2", "City 3"]
    monkeypatch.setattr(anchors, "MOST_VALUES", 3)
    assert anchors.known_values(COMPANY, field) is None


@pytest.mark.usefixtures("five")
def test_what_leaves_many_is_not_counted_again_for_a_minute(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    condition = Term("industry", "any", "retail")
    with CaptureQueriesContext(connection) as few:
        assert anchors.anchor(ada, COMPANY, condition) and anchors.anchor(ada, COMPANY, condition)
    monkeypatch.setattr(anchors, "_many", Many())
    monkeypatch.setattr(anchors, "MOST_ENTRIES", 1)
    with CaptureQueriesContext(connection) as many:
        assert anchors.anchor(ada, COMPANY, condition) is anchors.anchor(ada, COMPANY, condition) is None
    assert (len(few), len(many)) == (2, 1)


@pytest.mark.usefixtures("five")
def test_more_than_can_be_sorted_are_not_collected_again_for_a_minute(
    ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_FOUND", 1)
    monkeypatch.setattr(pages, "_many", Many())
    condition = Term("industry", "any", "retail")
    with CaptureQueriesContext(connection) as asked:
        assert names(ada, "title", condition=condition) == ["a", "b"]
        first = len(asked)
        assert names(ada, "title", condition=condition) == ["a", "b"]
    assert len(asked) - first == first - 2, "neither counted nor collected"


@pytest.mark.parametrize("few", [0, 2_000])
def test_through_a_link_few_and_many_match_alike(ada: Actor, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.core.access.visible.FEW", few)
    for n, industry in enumerate(("retail", "retail", "software")):
        company = saving.create(ada, COMPANY, {"name": f"C{n}", "industry": industry})
        saving.create(ada, PERSON, {"first_name": f"P{n}", "company": company.pk})
    saving.trash(ada, COMPANY, [Company.objects.get(title="C1").pk])
    condition = Term("company.industry", "any", "retail")
    assert names(ada, "title", PERSON, condition=condition) == ["P0"], "the company must be visible, too"
    assert Person.objects.filter(compile_condition(ada, PERSON, condition)).count() == 1


def test_a_filter_through_a_link_tells_nothing_of_companies_out_of_sight(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels={"*": house.levels("all")["*"], "company": {"view": "own"}}))
    company = saving.create(ada, COMPANY, {"name": "Hidden", "industry": "retail", "owner": ada.user_id})
    saving.create(ada, PERSON, {"first_name": "Seen", "company": company.pk})
    assert names(rep, "title", PERSON) == ["Seen"]
    assert names(rep, "title", PERSON, condition=Term("company.industry", "any", "retail")) == []


def test_the_newest_stands_first_among_equals(ada: Actor) -> None:
    made = [saving.create(ada, COMPANY, {"name": "Same"}).pk for _n in range(3)]
    Company.objects.update(created_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    page = list_page(ada, COMPANY, ListQuery(sort="-created_at,title"), [])
    assert [row.id for row in page.rows] == made[::-1]
