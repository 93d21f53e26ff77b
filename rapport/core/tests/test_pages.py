"""Pages of a list: every record exactly once, whatever the order, forwards and backwards."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core.access import pages, scanning, visible
from rapport.core.access.conditions import EVERYTHING, Condition, Term
from rapport.core.access.pages import ListQuery, count_capped, list_page
from rapport.core.errors import BadQuery
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.models import Company
from tests import house
from tests.fields import with_custom

SPEC = with_custom(house.company())
DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
SORTS = [
    "title",
    "-title",
    "last_activity_at",
    "-last_activity_at",
    "created_at",
    "c_integer",
    "-c_integer",
    "c_text",
    "-c_date",
]
ROW = st.tuples(
    st.sampled_from(["a", "b", "Ä", ""]),
    st.one_of(st.none(), st.integers(0, 2)),
    st.one_of(st.none(), st.integers(0, 2)),
)


def fill(rows: list[Any]) -> None:
    Company.objects.all().delete()
    records = Record.objects.bulk_create(Record(kind="company") for _row in rows)
    Company.objects.bulk_create(
        Company(
            record=record, title=name, title_key=name.lower(), created_at=DAY, updated_at=DAY,
            last_activity_at=None if day is None else DAY + datetime.timedelta(days=day),
            custom={} if number is None else {
                "c_integer": number, "c_text": f"t{number}", "c_date": f"2026-01-0{number + 1}",
            },
        )
        for record, (name, day, number) in zip(records, rows, strict=True)
    )  # fmt: skip


def walk(
    actor: Actor, sort: str, size: int, *, backwards: bool = False, condition: Condition = EVERYTHING
) -> list[int]:
    """All ids page by page, from the first to the last or the other way round."""
    found: list[int] = []
    query = ListQuery(condition, sort, size=size)
    if backwards:
        query = replace(query, before=list_page(actor, SPEC, replace(query, size=1000), []).rows[-1].id)
        found = [query.before] if query.before else []
    while True:
        page = list_page(actor, SPEC, query, [])
        ids = [row.id for row in page.rows]
        found = ids + found if backwards else found + ids
        more = page.has_previous if backwards else page.has_next
        if not more or not ids:
            return found
        query = replace(query, before=ids[0]) if backwards else replace(query, after=ids[-1])


def test_it_works(ada: Actor) -> None:
    fill([(f"c{n}", None, None) for n in range(5)])
    first = list_page(ada, SPEC, ListQuery(sort="title", size=2), [])
    assert [row.title for row in first.rows] == ["c0", "c1"]
    assert (first.has_previous, first.has_next) == (False, True)
    last = list_page(ada, SPEC, ListQuery(sort="title", size=2, after=list(Company.objects.order_by("pk"))[3].pk), [])
    assert [row.title for row in last.rows] == ["c4"] and (last.has_previous, last.has_next) == (True, False)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=14), size=st.integers(1, 5), sort=st.sampled_from(SORTS))
def test_every_record_is_visited_once_both_ways(ada: Actor, rows: list[Any], size: int, sort: str) -> None:
    fill(rows)
    whole = [row.id for row in list_page(ada, SPEC, ListQuery(sort=sort, size=100), []).rows]
    assert sorted(whole) == sorted(Company.objects.values_list("pk", flat=True))
    assert walk(ada, sort, size) == whole
    if whole:
        back: list[int] = [whole[-1]]
        while (page := list_page(ada, SPEC, ListQuery(sort=sort, size=size, before=back[0]), [])).rows:
            back = [row.id for row in page.rows] + back
            if not page.has_previous:
                break
        assert back == whole
    values = {row.pk: row.last_activity_at for row in Company.objects.all()}
    if sort == "-last_activity_at":
        known = [values[pk] for pk in whole if values[pk]]
        assert known == sorted(known, reverse=True)
        assert all(values[pk] is None for pk in whole[len(known) :]), "those without a value come last"


@pytest.mark.parametrize("level", ["own", "team", "all"])
def test_few_and_many_give_the_same_rows(ada: Actor, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    team = house.team("North")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels(level)), team)
    fill([(name, day, day) for name in "abcab" for day in (None, 0, 1)])
    Company.objects.filter(title="a").update(owner=rep.user_id)
    Company.objects.filter(title="b").update(team=team)
    for sort in SORTS:
        few = walk(rep, sort, 2)
        with monkeypatch.context() as patch:
            patch.setattr(visible, "FEW", 1)
            house.forget()
            assert walk(rep, sort, 2) == few
            assert walk(rep, sort, 2) == few, "also when it is remembered that they are many"
        house.forget()


@pytest.mark.parametrize(("looked_at", "most_found"), [(1000, 1), (3, 1000), (1, 1)])
def test_what_no_index_answers_is_found_in_each_way(
    ada: Actor, looked_at: int, most_found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([(f"c{n}", n % 3 or None, n % 4 or None) for n in range(24)])
    for number, company in enumerate(Company.objects.order_by("pk")):
        company.custom["c_choices"] = f"|{'ab'[number % 2]}|"
        company.save()
    condition = Term("c_choices", "any", "b")
    wanted = {sort: walk(ada, sort, 2, condition=condition) for sort in SORTS}
    monkeypatch.setattr(visible, "FEW", 1)
    monkeypatch.setattr(scanning, "LOOKED_AT", looked_at)
    monkeypatch.setattr(pages, "MOST_FOUND", most_found)
    house.forget()
    assert len(wanted["title"]) == 12
    assert {sort: walk(ada, sort, 2, condition=condition) for sort in SORTS} == wanted
    assert {sort: walk(ada, sort, 2, condition=condition, backwards=True) for sort in SORTS} == wanted
    house.forget()


def test_a_page_goes_on_behind_a_record_that_went_to_the_trash(ada: Actor) -> None:
    fill([(f"c{n}", None, None) for n in range(6)])
    ids = list(Company.objects.order_by("title_key").values_list("pk", flat=True))
    saving.trash(ada, house.company(), [ids[2]])
    after = list_page(ada, SPEC, ListQuery(sort="title", after=ids[2]), [])
    before = list_page(ada, SPEC, ListQuery(sort="title", before=ids[2]), [])
    assert [row.id for row in after.rows] == ids[3:]
    assert [row.id for row in before.rows] == ids[:2]


def test_filters_and_words_to_find_narrow_pages(ada: Actor) -> None:
    house.a_company(ada, "Hexa", industry="retail")
    house.a_company(ada, "Hexagon", industry="food")
    house.a_company(ada, "Other", industry="food")
    query = ListQuery(sort="title", find="hex", condition=Term("industry", "any", "food"))
    assert [row.title for row in list_page(ada, SPEC, query, []).rows] == ["Hexagon"]
    assert count_capped(ada, SPEC, query) == 1
    assert list_page(ada, SPEC, ListQuery(sort="title", find=" \u200b\x00"), []).rows != [], "nothing to find: all"


def test_a_count_stops_at_its_cap(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "COUNT_CAP", 3)
    fill([("a", None, None)] * 6)
    assert count_capped(ada, SPEC, ListQuery()) == 4


@pytest.mark.parametrize("sort", ["nothing", "about", "-", "owner__password", "title__x", "--title", "custom"])
def test_an_unknown_order_is_named(ada: Actor, sort: str) -> None:
    with pytest.raises(BadQuery, match=r"cannot be sorted by .*Known: title"):
        list_page(ada, SPEC, ListQuery(sort=sort), [])


def test_moments_within_a_second_do_not_confuse_pages(ada: Actor) -> None:
    for number in range(5):
        with clock.frozen(DAY + datetime.timedelta(microseconds=number)):
            house.a_company(ada, f"c{number}")
    assert walk(ada, "created_at", 2) == list(Company.objects.order_by("created_at").values_list("pk", flat=True))
